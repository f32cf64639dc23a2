#!/usr/bin/env python3
"""The JSON schema of our model as tables of C: what a reader needs of it (shape.h).

usage: shapes.py OUTPUT.c SCHEMA.json

What is left out does not keep a model from being understood: members that are not known, what one member says of
another, the length of texts, the sign of what may come from a damaged record. Of texts' forms there is one: hexadecimal
digits behind a few letters.
"""
import json
import re
import sys

BITS = {"object": "SHAPE_OBJECT", "array": "SHAPE_ARRAY", "string": "SHAPE_STRING", "integer": "SHAPE_INTEGER", "boolean": "SHAPE_BOOLEAN"}
KNOWN = {"type", "enum", "const", "minimum", "required", "properties", "items", "$ref", "allOf", "if", "then",
         "additionalProperties", "pattern", "minItems", "maxItems", "minLength", "uniqueItems", "format", "description",
         "title", "definitions", "$schema", "$id"}
KEPT = ("type", "enum", "const", "minimum", "items", "pattern", "minItems", "maxItems")
HEXADECIMAL = re.compile(r"\^(\w*)\[0-9a-f\](?:\{(\d+)\}|\+)\$")


class Tables:
    def __init__(self, schema):
        self.definitions, self.lines, self.names, self.n = schema["definitions"], [], {}, 0

    def whole(self, node):
        """The node with what it refers to."""
        if set(node) - KNOWN:
            sys.exit(f"shapes.py knows nothing of {sorted(set(node) - KNOWN)}")
        merged = {"required": [], "properties": {}}
        parts = [self.definitions[node["$ref"].rsplit("/", 1)[1]]] if "$ref" in node else []
        for part in [*map(self.whole, parts + [p for p in node.get("allOf", []) if "if" not in p]), node]:
            merged["required"] = merged["required"] + part.get("required", [])
            merged["properties"] |= part.get("properties", {})
            merged |= {key: part[key] for key in KEPT if key in part}
        return merged

    def shape(self, node):
        """The name of its table, which is written when it is new."""
        key = json.dumps(node, sort_keys=True)
        if key not in self.names:
            self.names[key] = self.write(self.whole(node))
        return self.names[key]

    def write(self, node):
        words = node.get("enum") or ([node["const"]] if isinstance(node.get("const"), str) else [])
        types = node.get("type") or ("boolean" if isinstance(node.get("const"), bool) else "string" if words else "object")
        fields = [".types = " + " | ".join(BITS[t] for t in ([types] if isinstance(types, str) else types))]
        members = [(name, self.shape(part), name in node["required"]) for name, part in node["properties"].items()]
        elements = self.shape(node["items"]) if "items" in node else None
        name = f"shape_{self.n}"
        self.n += 1
        if len(members) > 64:
            sys.exit("an object with more than 64 members: shape.c counts them in one word")
        if members:
            rows = ", ".join(f'{{"{m}", {len(m)}, {str(r).lower()}, &{s}}}' for m, s, r in members)
            self.lines.append(f"static const struct shape_member {name}_members[] = {{{rows}}};")
            fields += [f".members = {name}_members", f".n_members = {len(members)}"]
        if words:
            rows = ", ".join(json.dumps(word) for word in words)
            self.lines.append(f"static const char *const {name}_words[] = {{{rows}, NULL}};")
            fields.append(f".words = {name}_words")
        if elements:
            fields.append(f".elements = &{elements}")
        if "pattern" in node:
            form = HEXADECIMAL.fullmatch(node["pattern"])
            if form is None:
                sys.exit(f"shape.c knows nothing of texts of the form {node['pattern']}")
            fields += [f'.prefix = "{form[1]}"', f".digits = {form[2] or 0}"]
        for key, field in ("minItems", "least"), ("maxItems", "most"):
            fields += [f".{field} = {node[key]}"] if key in node else []
        if node.get("minimum", 0) > 0:
            fields.append(f".minimum = {node['minimum']}")
            fields.append(".has_minimum = true")
        self.lines.append(f"static const struct shape {name} = {{{', '.join(fields)}}};")
        return name


def main():
    output, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    tables = Tables(schema)
    root = tables.shape(schema)
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "instrument/tools/report/shape.h"\n\n#include <stddef.h>\n\n')
        out.write("\n".join(tables.lines))
        out.write(f"\n\nconst struct shape *const shape_model = &{root};\n")


main()
