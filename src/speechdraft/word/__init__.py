"""The Word output, and what comes back of it.

Writing: a draft becomes a .docx.

- :mod:`~speechdraft.word.layouts`: page, grid and typefaces of each layout, with the clause each value is from
- :mod:`~speechdraft.word.styles`: a layout as Word's named styles
- :mod:`~speechdraft.word.base`: all that a document needs beside its text
- :mod:`~speechdraft.word.markup`: text as XML, the one place that escapes
- :mod:`~speechdraft.word.controls`: facts as content controls
- :mod:`~speechdraft.word.storing`: the store that they are bound to
- :mod:`~speechdraft.word.marks`: the bookmarks that written paragraphs are known by
- :mod:`~speechdraft.word.comments`: what the comments say
- :mod:`~speechdraft.word.properties`: the document's properties
- :mod:`~speechdraft.word.seal`: whether a hand has changed it
- :mod:`~speechdraft.word.writer`: a draft as a .docx
- :mod:`~speechdraft.word.package`: parts into a zip and, within bounds, out of it

Reading: a .docx that people have edited.

- :mod:`~speechdraft.word.trees`, :mod:`~speechdraft.word.parts`: its parts, read within bounds, added, taken out
- :mod:`~speechdraft.word.returned`: its facts as they stand in the text now
- :mod:`~speechdraft.word.regions`: its written paragraphs
- :mod:`~speechdraft.word.omissions`: sections that a hand took out
- :mod:`~speechdraft.word.patching`: new texts into its controls, every byte outside them kept

Updating: an edited .docx is brought up to a new draft.

- :mod:`~speechdraft.word.alignment`, :mod:`~speechdraft.word.pairing`: which paragraph is which
- :mod:`~speechdraft.word.ordering`: where each stands; :mod:`~speechdraft.word.transplanting`: new ones put in
- :mod:`~speechdraft.word.restyling`, :mod:`~speechdraft.word.glossaries`, :mod:`~speechdraft.word.commenting`: what
  they bring with them, in the document's own terms
- :mod:`~speechdraft.word.updating`: all of it, paragraph by paragraph
- :mod:`~speechdraft.word.measuring`: how long the document is
- :mod:`~speechdraft.word.cleaning`: the clean copy

Nothing is imported here, so that a command that only names a layout does not load python-docx.
"""
