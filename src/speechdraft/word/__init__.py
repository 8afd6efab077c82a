"""The Word output.

- :mod:`~speechdraft.word.layouts`: page, grid and typefaces of each layout, with the clause each value is from
- :mod:`~speechdraft.word.styles`: a layout as Word's named styles
- :mod:`~speechdraft.word.base`: all that a document needs beside its text
- :mod:`~speechdraft.titles`: where a long title breaks
- :mod:`~speechdraft.word.markup`: text as XML, the one place that escapes
- :mod:`~speechdraft.word.writer`: a draft as a .docx
- :mod:`~speechdraft.word.comments`: what the comment on a gap says
- :mod:`~speechdraft.word.properties`: the document's properties
- :mod:`~speechdraft.word.package`: parts into a zip and, within bounds, out of it
- :mod:`~speechdraft.word.seal`: whether a hand has changed a document since it was written

Nothing is imported here, so that a command that only names a layout does not load python-docx.
"""
