# ruff: noqa: BLE001, FBT003, S110, SIM105, T201, TRY300  (UNO's interface, and a server that answers whatever happens)
"""LibreOffice edits documents on request. Run by a Python that has its ``uno`` module, not by the tests' own.

Reads requests from the standard input, a JSON object a line: ``source``, ``target`` and ``edits``; answers each with a
line, ``{}`` or ``{"error": …}``. Documents are loaded without a window: an office without one (libreoffice-*-nogui)
has nothing to draw comments with, and crashes.
"""

import json
import subprocess
import sys
import time
import traceback
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.text.ControlCharacter import LINE_BREAK, PARAGRAPH_BREAK


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


class Office:
    def __init__(self, soffice, profile):
        name = f"speechdraft-{time.time_ns()}"
        self.process = subprocess.Popen(
            [
                soffice, "--headless", "--norestore", "--nologo", "--nodefault",
                f"-env:UserInstallation={profile}", f"--accept=pipe,name={name};urp;",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _try in range(300):
            try:
                self.context = resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
                return
            except Exception:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.1)
        raise RuntimeError("LibreOffice does not answer")

    def make(self, service):
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def edit(self, source, target, edits):
        document = self.make("com.sun.star.comp.Writer.TextDocument")
        document.load(properties(URL=Path(source).as_uri(), FilterName="MS Word 2007 XML", Hidden=True))
        try:
            for edit in edits:
                EDITS[edit.pop("do")](document, **edit)
            document.storeToURL(Path(target).as_uri(), properties(FilterName="MS Word 2007 XML"))
        finally:
            document.close(True)

    def close(self):
        try:
            self.make("com.sun.star.frame.Desktop").terminate()
        except Exception:  # it goes while it answers
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def paragraphs(document):
    found = []
    every = document.Text.createEnumeration()
    while every.hasMoreElements():
        one = every.nextElement()
        if one.supportsService("com.sun.star.text.Paragraph"):
            found.append(one)
    return found


def one_of(document, number):
    """Return a paragraph by number; which it is where some stand in tables does not matter."""
    found = paragraphs(document)
    return found[number % len(found)]


def cursor_at(paragraph, offset):
    """Return a cursor so many characters into a paragraph, what controls and fields add not counted."""
    cursor = paragraph.Text.createTextCursorByRange(paragraph.Start)
    cursor.goRight(min(offset, len(paragraph.String)), False)
    return cursor


def fill(document, number, text):
    """Type into a control, by its w:id; line feeds are line breaks."""
    controls = document.getContentControls()
    for index in range(controls.Count):
        control = controls.getByIndex(index)
        if control.Id == number:
            control.ShowingPlaceHolder = False
            first, *rest = text.split("\n")
            control.setString(first)
            for line in rest:
                control.insertControlCharacter(control.getEnd(), LINE_BREAK, False)
                control.insertString(control.getEnd(), line, False)
            return
    raise LookupError(number)


def insert(document, paragraph, offset, text):
    cursor = cursor_at(one_of(document, paragraph), offset)
    cursor.Text.insertString(cursor, text, False)


def split(document, paragraph, offset):
    cursor = cursor_at(one_of(document, paragraph), offset)
    cursor.Text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)


def join(document, paragraph):
    """Take the break at a paragraph's end out."""
    one = one_of(document, paragraph)
    cursor = one.Text.createTextCursorByRange(one.End)
    cursor.goRight(1, True)
    cursor.String = ""


def delete(document, paragraph):
    one = one_of(document, paragraph)
    one.Text.removeTextContent(one)


def style(document, paragraph, name):
    one_of(document, paragraph).ParaStyleName = name


def bold(document, paragraph, offset, length):
    cursor = cursor_at(one_of(document, paragraph), offset)
    cursor.goRight(length, True)
    cursor.CharWeight = 150.0


def comment(document, paragraph, offset, text):
    made = document.createInstance("com.sun.star.text.textfield.Annotation")
    made.Author, made.Content = "张三", text
    cursor = cursor_at(one_of(document, paragraph), offset)
    cursor.Text.insertTextContent(cursor, made, False)


def track(document, on):
    document.RecordChanges = on


EDITS = {one.__name__: one for one in (fill, insert, split, join, delete, style, bold, comment, track)}


def main():
    office = Office(*sys.argv[1:3])
    try:
        print("{}", flush=True)
        for line in sys.stdin:
            try:
                office.edit(**json.loads(line))
                answer = {}
            except Exception:  # whatever it is, the test says it
                answer = {"error": traceback.format_exc()}
            print(json.dumps(answer), flush=True)
    finally:
        office.close()


if __name__ == "__main__":
    main()
