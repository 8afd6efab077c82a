"""Run by the system's Python inside LibreOffice's reach: types into a form's cells as a person would, and saves it.

    fill_by_uno.py PIPE IN.xlsx OUT.xlsx COMMANDS.json

Each command is [sheet, row, column, what] with what typed as at the keyboard (so that the program makes of it what it
makes of typing), or ["insert", sheet, row, count], with rows and columns from 1.
"""

# mypy: ignore-errors
# LibreOffice gives its modules (uno, com.sun.star) no types.

import json
import sys
import time
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

NO_CALC = 77
"""The exit status where this LibreOffice opens no workbooks."""


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _attempt in range(240):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    sys.exit("LibreOffice does not answer")


def value(name, *, of):
    made = PropertyValue()
    made.Name, made.Value = name, of
    return made


def main():
    pipe, source, target, commands = sys.argv[1:]
    context = connected(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (value("Hidden", of=True),))
    if document is None:
        desktop.terminate()
        sys.exit(NO_CALC)
    try:
        for command in json.loads(Path(commands).read_text("utf-8")):
            if command[0] == "insert":
                _insert, sheet, row, count = command
                document.Sheets.getByName(sheet).Rows.insertByIndex(row - 1, count)
                continue
            sheet, row, column, what = command
            cell = document.Sheets.getByName(sheet).getCellByPosition(column - 1, row - 1)
            # setFormula reads what it gets like the keyboard does, in a cell of text too where "'" is put before.
            if cell.getPropertyValue("NumberFormat") == text_format(document):
                cell.setString(what)
            else:
                cell.setFormula(what)
        document.storeToURL(Path(target).as_uri(), (value("FilterName", of="Calc MS Excel 2007 XML"),))
    finally:
        document.close(True)  # noqa: FBT003  (the office's interface)
        with suppress(DisposedException):
            desktop.terminate()


def text_format(document):
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    return document.NumberFormats.queryKey("@", locale, False)  # noqa: FBT003


main()
