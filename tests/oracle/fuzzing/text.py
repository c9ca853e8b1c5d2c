"""Prints values as YAML in many layouts: block and flow, quotes, indentation, comments, anchors."""

import json


class Raw(str):
    """Text that is printed as it stands: a scalar as YAML writes it."""


PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
PLAIN_REST = PLAIN | set("0123456789-_./")
# Words that YAML 1.1 does not read as strings.
NOT_STRINGS = {word for text in "y n yes no on off true false null nan inf".split() for word in (text, text.title(), text.upper())}


def plain(text):
    """Whether the text may stand without quotes and still be the same string."""
    return bool(text) and text[0] in PLAIN and set(text) <= PLAIN_REST and text not in NOT_STRINGS


class Writer:
    """Prints values; `wild` is how often it leaves the usual layout, from 0 to 1."""

    def __init__(self, random, wild=0.1):
        self.random = random
        self.wild = wild
        self.step = 2 if random.random() > wild else random.choice([1, 3, 4])
        self.compact = random.random() < 0.5

    def odd(self, factor=1.0):
        return self.random.random() < self.wild * factor

    def scalar(self, value, flow=False):
        if isinstance(value, Raw):
            return str(value) if not flow or not set(value) & set(",[]{}") else json.dumps(str(value))
        if value is None:
            return "null" if not self.odd() else ("~" if flow else self.random.choice(["~", "", "Null"]))
        if isinstance(value, bool):
            return ("true" if value else "false") if not self.odd(0.3) else ("True" if value else "FALSE")
        if not isinstance(value, str):
            return str(value)
        if plain(value) and not self.odd():
            return value
        if self.random.random() < 0.3 and value.isprintable() and value.isascii():
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=self.odd())

    def flow(self, value):
        if isinstance(value, dict):
            space = " " if self.odd() else ""
            pairs = (f"{self.scalar(key, True)}: {self.flow(item)}" for key, item in value.items())
            return "{" + space + ", ".join(pairs) + space + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(item) for item in value) + "]"
        return self.scalar(value, True)

    def block_text(self, value, indent):
        """A string with lines as a literal block, or nothing when it cannot be one."""
        lines = value.split("\n")
        if len(lines) < 2 or not value.strip() or any(not line.isprintable() or line != line.strip() for line in lines):
            return None
        if not lines[0]:
            return None
        chomp = "-" if lines[-1] else ""
        if not lines[-1]:
            lines.pop()
            if not lines[-1]:
                chomp = "+"
        pad = " " * (indent + self.step)
        return f"|{chomp}\n" + "\n".join(pad + line if line else "" for line in lines)

    def comment(self):
        return f"  # {self.random.choice(['note', 'a: b', 'todo'])}" if self.odd(0.3) else ""

    def lines(self, value, indent, out):
        pad = " " * indent
        if isinstance(value, dict):
            for key, item in value.items():
                if self.odd(0.1):
                    out.append(self.random.choice(["", pad + "# a remark"]))
                self.entry(f"{pad}{self.scalar(key)}:", item, indent, out, isinstance(item, list) and self.compact)
        else:
            for item in value:
                if isinstance(item, (dict, list)) and item and not self.odd():
                    inner = []
                    self.lines(item, indent + 2, inner)
                    while inner and not inner[0].strip():
                        inner.pop(0)
                    if inner[0].lstrip().startswith("#"):
                        out.append(pad + "-")
                        out.extend(inner)
                    else:
                        out.append(pad + "- " + inner[0][indent + 2:])
                        out.extend(inner[1:])
                else:
                    self.entry(pad + "-", item, indent, out, False)

    def entry(self, head, item, indent, out, compact):
        if isinstance(item, (dict, list)):
            if not item or self.odd(0.3):
                out.append(f"{head} {self.flow(item)}{self.comment()}")
                return
            out.append(head + self.comment())
            self.lines(item, indent if compact else indent + self.step, out)
            return
        if isinstance(item, str) and not isinstance(item, Raw) and "\n" in item and not self.odd():
            text = self.block_text(item, indent)
            if text is not None:
                out.extend(f"{head} {text}".split("\n"))
                return
        if isinstance(item, str) and not isinstance(item, Raw) and " " in item and item.isascii() and self.odd(0.5):
            if item.isprintable() and item == item.strip() and "  " not in item:
                out.append(f"{head} >-")
                out.extend(" " * (indent + self.step) + word for word in item.split(" "))
                return
        text = self.scalar(item)
        out.append(f"{head} {text}".rstrip() + ("" if isinstance(item, Raw) and "\n" in item else self.comment()))

    def document(self, value):
        if self.odd(0.1):
            return json.dumps(value, indent=self.random.choice([None, 2]), default=str) + "\n"
        out = []
        if not isinstance(value, (dict, list)) or not value:
            out.append(self.flow(value))
        else:
            self.lines(value, 0, out)
        return "\n".join(out) + "\n"

    def documents(self, values):
        text = "---\n".join(self.document(value) for value in values)
        if self.odd():
            text = "---\n" + text
        if self.odd(0.3):
            text += self.random.choice(["---\n", "...\n", "---\n# the end\n", "\n\n"])
        if self.odd(0.1):
            text = text.replace("\n", "\r\n")
        if self.odd(0.2):
            text = text.rstrip("\n")
        return text
