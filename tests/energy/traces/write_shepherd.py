"""Recordings as the shepherd testbed writes them, by h5py, and what is in them, reckoned by numpy.

write_shepherd.py set FOLDER               files for shepherd.test.ts; prints what each holds as JSON
write_shepherd.py long FILE SAMPLES STEP   SAMPLES samples every STEP ns; only a few pieces of them hold power
write_shepherd.py small FOLDER             one of each kind and few samples: host/fuzz/recordings was made so
"""

import json
import sys
from pathlib import Path

import h5py
import numpy as np

BEGIN_ns = 1_700_000_000 * 10**9
STEP_ns = 10_000
CAL = {"time": (1e-9, 0.0), "voltage": (3e-9, 0.0), "current": (250e-12, -1e-6)}


def raw(name, values):
    gain, offset = CAL[name]
    return np.maximum(np.around((values - offset) / gain), 0).astype("u4")


def physical(name, stored):
    gain, offset = CAL[name]
    return np.maximum(stored.astype("f8") * gain + offset, 0)


def write(path, columns, datatype="ivsample", window=0, mode="harvester", cal=CAL, **storage):
    with h5py.File(path, "w") as file:
        if mode:
            file.attrs["mode"] = mode
        data = file.create_group("data")
        data.attrs["window_samples"] = window
        if datatype:
            data.attrs["datatype"] = datatype
        for name, values in columns.items():
            if storage.get("contiguous"):
                dataset = data.create_dataset(name, data=values)
            else:
                dataset = data.create_dataset(
                    name,
                    (0,) * values.ndim,
                    dtype=values.dtype,
                    maxshape=(None,) * values.ndim,
                    chunks=(storage.get("chunks", 10_000),) if values.ndim == 1 else (10, 10),
                    compression=storage.get("compression", 1),
                )
                dataset.resize(values.shape)
                dataset[...] = values
            if name in cal:
                dataset.attrs["gain"], dataset.attrs["offset"] = cal[name]


def times(count, step_ns=STEP_ns):
    return np.arange(count, dtype="u8") * step_ns + BEGIN_ns


def totals(v, i, step_s=STEP_ns * 1e-9):
    return {"energy_J": float((v * i).sum() * step_s), "charge_As": float(i.sum() * step_s)}


def samples(count, seed):
    """Two volts that sway, a current that comes and goes."""
    random = np.random.RandomState(seed)
    v = 2 + np.sin(np.arange(count) / 700) + 0.05 * random.rand(count)
    i = np.where(np.arange(count) % 9000 < 3000, 0, 1e-4 * random.rand(count))
    stored = {"time": times(count), "voltage": raw("voltage", v), "current": raw("current", i)}
    return stored, totals(physical("voltage", stored["voltage"]), physical("current", stored["current"]))


def curves(count, window, rising):
    """Straight lines I = a - b V under a sawtooth of voltages, a another for each ramp."""
    ramp = np.linspace(0.1, 4.1, window)
    v = np.tile(ramp if rising else ramp[::-1], count)
    a = 1e-3 * (1 + np.arange(count) % 7)
    i = np.repeat(a, window) - 2e-4 * v
    stored = {"time": times(count * window), "voltage": raw("voltage", v), "current": raw("current", i)}
    return stored, {"a_A": a.tolist(), "b_S": 2e-4, "low_V": 0.1, "high_V": 4.1}


def pairs(count):
    """Isc, a wait, Voc, a wait."""
    isc, voc = 1e-3 * (1 + np.arange(count) % 5), 2 + 0.1 * (np.arange(count) % 3)
    v = np.stack([0 * voc, 0 * voc, voc, voc], axis=1).ravel()
    i = np.stack([isc, isc, 0 * isc, 0 * isc], axis=1).ravel()
    stored = {"time": times(4 * count), "voltage": raw("voltage", v), "current": raw("current", i)}
    return stored, {"isc_A": isc.tolist(), "voc_V": voc.tolist()}


def write_set(folder):
    told = {}
    stored, told["gzip"] = samples(30_000, 1)
    write(folder / "gzip.h5", stored)
    write(folder / "lzf.h5", stored, compression="lzf")
    write(folder / "plain.h5", stored, compression=None)
    write(folder / "first-shepherd.h5", stored, datatype=None, mode="harvesting", cal={k: CAL[k] for k in ("voltage", "current")})
    stored, told["contiguous"] = samples(5_000, 2)
    write(folder / "contiguous.h5", stored, contiguous=True)
    for name, rising in (("rising", True), ("falling", False)):
        stored, told[name] = curves(60, 250, rising)
        write(folder / f"{name}.h5", stored, datatype="ivcurve", window=250)
    stored, told["pairs"] = pairs(400)
    write(folder / "pairs.h5", stored, datatype="isc_voc", window=4)

    stored, _ = samples(20_000, 3)
    late = stored["time"].copy()
    late[12_000:] += 5 * 10**9
    write(folder / "gap.h5", {**stored, "time": late})
    floats = {"time": stored["time"], "voltage": np.full(20_000, 2.0), "current": np.full(20_000, 1e-4)}
    write(folder / "float.h5", floats, cal={"time": CAL["time"], "voltage": (1, 0), "current": (1, 0)})
    v, i = physical("voltage", stored["voltage"]), physical("current", stored["current"])
    told["gap"] = {**totals(v, i), "held_J": float(v[11_999] * i[11_999] * 5)}

    back = stored["time"].copy()
    back[15_000] = back[14_000]
    still = stored["time"].copy()
    still[1] = still[0]
    nan = floats["voltage"].copy()
    nan[17] = np.nan
    bad = {
        "back": ({**stored, "time": back}, {}),
        "still": ({**stored, "time": still}, {}),
        "nan": ({**floats, "voltage": nan}, {"cal": {"voltage": (1, 0), "current": (1, 0)}}),
        "unequal": ({**stored, "current": stored["current"][:-1]}, {}),
        "missing": ({k: stored[k] for k in ("time", "voltage")}, {}),
        "text": ({**stored, "voltage": np.array([b"much"] * 20_000)}, {}),
        "flat": ({**stored, "voltage": np.zeros((200, 100), "u4")}, {}),
        "big-endian": ({**stored, "voltage": stored["voltage"].astype(">u4")}, {}),
        "emulator": (stored, {"mode": "emulator"}),
        "kind": (stored, {"datatype": "ivory"}),
        "window": (stored, {"datatype": "ivcurve"}),
        "wide": (stored, {"datatype": "ivcurve", "window": 30_000}),
        "level": ({**stored, "voltage": np.full(20_000, 7, "u4")}, {"datatype": "ivcurve", "window": 100}),
        "gainless": (stored, {"cal": {"time": CAL["time"], "voltage": CAL["voltage"]}}),
        "gain": (stored, {"cal": {**CAL, "voltage": (-1.0, 0.0)}}),
        "lone": ({k: values[:1] for k, values in stored.items()}, {}),
        "nothing": ({k: values[:0] for k, values in stored.items()}, {}),
    }
    for name, (columns, changes) in bad.items():
        write(folder / f"{name}.h5", columns, **changes)
    with h5py.File(folder / "other.h5", "w") as file:
        file["power"] = np.zeros(5)
    with h5py.File(folder / "folders.h5", "w") as file:
        for name in ("time", "voltage", "current"):
            file.create_group(f"data/{name}")
    with h5py.File(folder / "pieces.h5", "w") as file:
        for name, dtype in (("time", "u8"), ("voltage", "u4"), ("current", "u4")):
            file.create_dataset(f"data/{name}", (10**9,), dtype=dtype, chunks=(2 * 10**7,), compression=1)
    whole = (folder / "gzip.h5").read_bytes()
    (folder / "cut.h5").write_bytes(whole[: len(whole) // 2])
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2 : len(whole) // 2 + 500] = b"\x55" * 500
    (folder / "spoilt.h5").write_bytes(spoilt)
    (folder / "signature.h5").write_bytes(whole[:8])
    json.dump(told, sys.stdout)


def write_long(path, count, step_ns):
    """Time is whole; voltage and current only where there is power, so that the file stays small."""
    chunk = 100_000
    random = np.random.RandomState(9)
    energy_J, charge_As = 0.0, 0.0
    with h5py.File(path, "w") as file:
        file.attrs["mode"] = "harvester"
        data = file.create_group("data")
        data.attrs["window_samples"], data.attrs["datatype"] = 0, "ivsample"
        made = {}
        for name, dtype in (("time", "u8"), ("voltage", "u4"), ("current", "u4")):
            made[name] = data.create_dataset(name, (count,), dtype=dtype, chunks=(chunk,), compression=1, shuffle=True)
        # In steps, not in nanoseconds: what counts up by one compresses a hundredfold.
        made["time"].attrs["gain"], made["time"].attrs["offset"] = step_ns * 1e-9, 0.0
        for name in ("voltage", "current"):
            made[name].attrs["gain"], made[name].attrs["offset"] = CAL[name][0], 0.0
        for begin in range(0, count, chunk):
            end = min(begin + chunk, count)
            made["time"][begin:end] = np.arange(begin, end, dtype="u8")
            if begin // chunk % 10 == 3:
                v = raw("voltage", 2 + random.rand(end - begin))
                i = random.randint(0, 400_000, end - begin).astype("u4")
                made["voltage"][begin:end], made["current"][begin:end] = v, i
                volts, amperes = v * CAL["voltage"][0], i * CAL["current"][0]
                energy_J += float((volts * amperes).sum() * step_ns * 1e-9)
                charge_As += float(amperes.sum() * step_ns * 1e-9)
    json.dump({"energy_J": energy_J, "charge_As": charge_As}, sys.stdout)


def write_small(folder):
    write(folder / "contiguous.h5", samples(12, 1)[0], contiguous=True)
    stored = {name: values[:24] for name, values in samples(24, 1)[0].items()}
    write(folder / "gzip.h5", stored, chunks=8)
    write(folder / "curves.h5", curves(3, 6, True)[0], datatype="ivcurve", window=6, contiguous=True)
    write(folder / "pairs.h5", pairs(4)[0], datatype="isc_voc", contiguous=True)


if __name__ == "__main__":
    if sys.argv[1] == "set":
        write_set(Path(sys.argv[2]))
    elif sys.argv[1] == "small":
        write_small(Path(sys.argv[2]))
    else:
        write_long(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
