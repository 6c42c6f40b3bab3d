#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the everyday names with which the classifier opens: by how often people write the word, never by how well a
model does on it.

    python3 -m venv wf && wf/bin/pip install wordfreq
    wf/bin/python resources/labels/make_everyday_names.py --names resources/models/picture-clip/names.txt \
        --cldr /usr/share/unicode/cldr/common > resources/labels/everyday_101.txt

Rules, all mechanical:
  1. only names of one word, because a list of word frequencies says little about phrases;
  2. only things: the groups of animals, food, places, vehicles, weather, games and objects in CLDR's labels.txt. So no
     arrows, moon phases (in CLDR's "sky & weather", named "... moon ..."), clocks, symbols, flags, faces or people;
  3. no plural of another name ("houses" beside "house");
  4. of these, the 101 with the highest Zipf frequency in wordfreq's English list; ties in alphabetical order.
"""
import argparse
import pathlib
import re
import xml.etree.ElementTree as xml

from wordfreq import zipf_frequency

GROUPS = {"Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects"}
LEFT_OUT = {"time", "award-medal", "transport-sign"}


def characters(unicode_set):
    """Characters of a simple UnicodeSet: single ones, ranges and {sequences}."""
    inside = unicode_set.strip()[1:-1]
    found = set(re.findall(r"\{(.*?)\}", inside))
    inside = re.sub(r"\{.*?\}", "", inside)
    i = 0
    while i < len(inside):
        if i + 2 < len(inside) and inside[i + 1] == "-":
            found.update(chr(c) for c in range(ord(inside[i]), ord(inside[i + 2]) + 1))
            i += 3
        else:
            found.add(inside[i])
            i += 1
    return found


def things(cldr):
    """Names of the characters that stand for things."""
    wanted = set()
    for line in (cldr / "properties/labels.txt").read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split(";")]
        if not line.startswith("#") and len(fields) == 3 and fields[1] in GROUPS and fields[2] not in LEFT_OUT:
            wanted |= characters(fields[0])
    names = set()
    for annotation in xml.parse(cldr / "annotations/en.xml").iter("annotation"):
        if annotation.get("type") == "tts" and annotation.get("cp") in wanted:
            names.add(annotation.text)
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=pathlib.Path, required=True, help="all names that the model knows, one a line")
    parser.add_argument("--cldr", type=pathlib.Path, required=True, help="folder `common` of unicode-cldr-core")
    parser.add_argument("--count", type=int, default=101)
    options = parser.parse_args()

    known = [name for name in options.names.read_text(encoding="utf-8").splitlines() if name]
    allowed = things(options.cldr)
    single = {name for name in known if name in allowed and re.fullmatch(r"[a-z]+", name)}
    single -= {name for name in single if name.endswith("s") and name[:-1] in single}
    ranked = sorted(single, key=lambda name: (-zipf_frequency(name, "en"), name))
    for name in ranked[: options.count]:
        print(name)


if __name__ == "__main__":
    main()
