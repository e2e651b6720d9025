"""Where the constructs of a path model stand: causes left, outcomes right, few crossings.

The classical steps of layered drawing: loops are opened, every node goes one layer right of its furthest cause, long
arrows get a place in every layer they pass, and the order in each layer follows the neighbours (barycentres).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Edge = tuple[str, str]
_SWEEPS = 24


class Stop(NamedTuple):
    """A place an arrow passes on its way: arrow number and layer."""

    edge: int
    layer: int


Place = str | Stop


class Layout(NamedTuple):
    """Layers from left to right, each from top to bottom, and for every arrow the places it runs through.

    A route runs from left to right, except for arrows that point left, whose `routes` run from right to left.
    """

    layers: tuple[tuple[Place, ...], ...]
    routes: tuple[tuple[Place, ...], ...]


def lay_out(nodes: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """Give every node a layer and an order within it.

    >>> lay_out(["A", "B", "C"], [("A", "B"), ("B", "C"), ("A", "C")]).layers
    (('A',), ('B', Stop(edge=2, layer=1)), ('C',))
    """
    forward = [_forward(edge, back) for edge, back in zip(edges, _against_order(nodes, edges), strict=True)]
    depth = _depths(nodes, forward)
    routes = [_route(number, edge, depth) for number, edge in enumerate(forward)]
    layers = _order(_fill_layers(nodes, depth, routes), routes)
    turned = tuple(
        tuple(reversed(route)) if original != straight else route
        for original, straight, route in zip(edges, forward, routes, strict=True)
    )
    return Layout(tuple(tuple(layer) for layer in layers), turned)


def _forward(edge: Edge, back: bool) -> Edge:
    return (edge[1], edge[0]) if back else edge


def _against_order(nodes: Sequence[str], edges: Sequence[Edge]) -> list[bool]:
    """Find the arrows that close a loop, walking in depth from the nodes without causes."""
    caused = {target for _, target in edges}
    state: dict[str, str] = {}
    back = [False] * len(edges)

    def visit(node: str) -> None:
        state[node] = "open"
        for number, (source, target) in enumerate(edges):
            if source == node and target in state:
                back[number] = state[target] == "open"
            elif source == node:
                visit(target)
        state[node] = "done"

    for node in sorted(nodes, key=lambda name: name in caused):
        if node not in state:
            visit(node)
    return back


def _depths(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest chain of causes before each node."""
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for source, target in edges:
            depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _route(number: int, edge: Edge, depth: Mapping[str, int]) -> tuple[Place, ...]:
    source, target = edge
    return (source, *(Stop(number, layer) for layer in range(depth[source] + 1, depth[target])), target)


def _fill_layers(
    nodes: Sequence[str], depth: Mapping[str, int], routes: Sequence[tuple[Place, ...]]
) -> list[list[Place]]:
    layers: list[list[Place]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    for route in routes:
        for place in route[1:-1]:
            layers[place.layer if isinstance(place, Stop) else depth[place]].append(place)
    return layers


def _order(layers: list[list[Place]], routes: Sequence[tuple[Place, ...]]) -> list[list[Place]]:
    """Sweep right and left, sorting each layer by the mean position of its neighbours; keep the best order seen."""
    links = [(one, two) for route in routes for one, two in itertools.pairwise(route)]
    best, fewest = [list(layer) for layer in layers], _crossings(layers, links)
    for sweep in range(_SWEEPS):
        inward = sweep % 2 == 0
        order = range(1, len(layers)) if inward else range(len(layers) - 2, -1, -1)
        for i in order:
            fixed = {place: position for position, place in enumerate(layers[i - 1 if inward else i + 1])}
            layers[i] = _sort_layer(layers[i], fixed, links)
        crossings = _crossings(layers, links)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _sort_layer(layer: list[Place], fixed: Mapping[Place, int], links: Sequence[tuple[Place, Place]]) -> list[Place]:
    def barycentre(place: Place) -> float:
        near = [fixed[two] for one, two in links if one == place and two in fixed]
        near += [fixed[one] for one, two in links if two == place and one in fixed]
        return sum(near) / len(near) if near else float(layer.index(place))

    weight = {place: barycentre(place) for place in layer}
    return sorted(layer, key=lambda place: weight[place])


def _crossings(layers: Sequence[Sequence[Place]], links: Sequence[tuple[Place, Place]]) -> int:
    position = {place: i for layer in layers for i, place in enumerate(layer)}
    depth = {place: i for i, layer in enumerate(layers) for place in layer}
    count = 0
    for i, (a, b) in enumerate(links):
        for c, d in links[:i]:
            same = depth[a] == depth[c] and depth[b] == depth[d]
            count += same and (position[a] - position[c]) * (position[b] - position[d]) < 0
    return count
