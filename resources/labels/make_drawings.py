#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists the emoji that the map draws: code points, name, group and kind, one a line, tabs between.

    python3 resources/labels/make_drawings.py > resources/labels/drawings.tsv

Every emoji of one code point (a presentation selector does not count) from U+203C on, without skin tones, as
engine/training/picture_world/emoji_names.h has them, so that `picture-clip` has met each name. Groups and kinds are those
of emoji-test.txt (package unicode-data), names those of CLDR (package unicode-cldr-core); Unicode licence.
"""
import re
import xml.etree.ElementTree as xml

TEST = "/usr/share/unicode/emoji/emoji-test.txt"
ANNOTATIONS = "/usr/share/unicode/cldr/common/annotations/en.xml"


def main():
    names = {
        annotation.get("cp"): annotation.text
        for annotation in xml.parse(ANNOTATIONS).iter("annotation")
        if annotation.get("type") == "tts"
    }
    group = kind = ""
    rows = {}
    for line in open(TEST, encoding="utf-8"):
        if line.startswith("# group: "):
            group = line[9:].strip()
        elif line.startswith("# subgroup: "):
            kind = line[12:].strip().replace("-", " ")
        match = re.match(r"([0-9A-F ]+?)\s*; (fully-qualified|component)\s", line)
        if not match:
            continue
        codes = [int(code, 16) for code in match[1].split()]
        single = codes[:1] if len(codes) == 2 and codes[1] == 0xFE0F else codes
        if len(single) != 1 or 0x1F3FB <= single[0] <= 0x1F3FF or single[0] < 0x203C or chr(single[0]) not in names:
            continue
        rows[single[0]] = (" ".join(f"{code:X}" for code in codes), names[chr(single[0])], group, kind)
    print("code\tname\tgroup\tkind")
    for code in sorted(rows):
        print("\t".join(rows[code]))


if __name__ == "__main__":
    main()
