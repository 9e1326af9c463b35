"""The results as a picture."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from usage_warehouse.bench.scale import Scale


def write_chart(scales: Sequence[Scale], path: Path) -> Path | None:
    """Seconds of the event path by size and step as SVG; None without matplotlib.

    The steps of one size stand side by side, cut by stage, with the floor as a line.
    """
    if importlib.util.find_spec("matplotlib") is None:
        return None
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, panes = pyplot.subplots(
        1, len(scales), figsize=(5 * len(scales), 4.5), squeeze=False, layout="constrained"
    )
    stages = list(
        dict.fromkeys(s for scale in scales for st in scale.steps.values() for s in st.stages)
    )
    colours = dict(zip(stages, pyplot.get_cmap("tab10").colors, strict=False))
    for pane, scale in zip(panes[0], scales, strict=True):
        for place, step in enumerate(scale.steps.values()):
            bottom = 0.0
            for stage, seconds in step.stages.items():
                pane.bar(place, seconds, bottom=bottom, color=colours[stage])
                bottom += seconds
            pane.annotate(f"{bottom:.1f} s", (place, bottom), ha="center", va="bottom")
        pane.axhline(scale.floor_seconds, color="black", linestyle="--", linewidth=1)
        pane.annotate(
            f"floor {scale.floor_seconds:.1f} s",
            (len(scale.steps) - 0.5, scale.floor_seconds),
            ha="right",
            va="bottom",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        pane.set_title(f"{scale.messages / 1e6:.0f} million messages")
        pane.set_xticks(
            range(len(scale.steps)), [name.replace(", ", ",\n") for name in scale.steps]
        )
        pane.set_ylabel("seconds of models")
    handles = [pyplot.Rectangle((0, 0), 1, 1, color=colours[stage]) for stage in stages]
    figure.legend(handles, stages, loc="outside lower center", ncols=len(stages), frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return path
