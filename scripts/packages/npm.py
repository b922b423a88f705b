"""The packages for npm: the helper, and the binary in one of its own, which npm installs on its platform only."""

import json

from reproducible import HERE, NODE, Entry, days, release, tar, zipped

PROGRAMS = {"bin.js", "bin/redirect-emulator"}


def package(manifest, files):
    """A package as `npm pack` makes one: all below `package/`."""
    contents = {"package.json": (json.dumps(manifest, indent=2) + "\n").encode(), **files}
    return zipped(
        tar(
            Entry(f"package/{name}", content, 0o755 if name in PROGRAMS else 0o644)
            for name, content in sorted(contents.items())
        )
    )


def helper(made, platform):
    source = HERE / "npm"
    manifest = json.loads((source / "package.json").read_text())
    # A platform that there is no package for is not named: npm would not find it.
    manifest |= {"version": made.version, "optionalDependencies": {platform["name"]: made.version}}
    names = [*(name for name in manifest["files"] if name != "days"), "README.md"]
    files = {name: (source / name).read_bytes() for name in names}
    return package(manifest, files | {f"days/{path.name}": path.read_bytes() for path in days()})


def main():
    made = release()
    architecture = NODE[made.machine]
    platform = {
        "name": f"@redirect-emulator/linux-{architecture}",
        "version": made.version,
        "description": f"The program of redirect-emulator for Linux on {made.machine}",
        "os": ["linux"],
        "cpu": [architecture],
        "files": ["bin/redirect-emulator", "NOTICE"],
        "preferUnplugged": True,
    }
    (made.output / f"redirect-emulator-{made.version}.tgz").write_bytes(helper(made, platform))
    (made.output / f"redirect-emulator-linux-{architecture}-{made.version}.tgz").write_bytes(
        package(platform, {"bin/redirect-emulator": made.binary, "NOTICE": made.notice})
    )


if __name__ == "__main__":
    main()
