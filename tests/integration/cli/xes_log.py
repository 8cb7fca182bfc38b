"""Event logs made up for tests, and what importing them must lead to."""

import datetime
import random

UTC = datetime.timezone.utc


def make_traces(seed, count):
    """Traces as lists of events {name, group, resource, time}; None where the log does not say."""
    numbers = random.Random(seed)
    start = datetime.datetime(2011, 10, 1, 8, 0, tzinfo=UTC)

    def sometimes(value):
        return None if numbers.random() < 0.1 else value

    traces = []
    for index in range(count):
        time = start + datetime.timedelta(hours=index)
        events = []
        for _ in range(numbers.randrange(0, 8)):
            time += datetime.timedelta(minutes=numbers.randrange(1, 600))
            events.append({
                "name": f"T{numbers.randrange(10):02} Kontroll & svar",
                "group": sometimes(f"Gruppe {numbers.randrange(5)}"),
                "resource": sometimes(f"Ressurs {numbers.randrange(12):02}"),
                "time": sometimes(time),
            })
        traces.append({"name": f"sak-{index}", "events": events})
    return traces


def to_xes(name, traces):
    def attribute(tag, key, value):
        text = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return f'<{tag} key="{key}" value="{text}"/>'

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<log xes.version="1.0">', attribute("string", "concept:name", name)]
    for trace in traces:
        lines += ["<trace>", attribute("string", "concept:name", trace["name"])]
        for event in trace["events"]:
            lines += ["<event>", attribute("string", "concept:name", event["name"])]
            if event["group"]:
                lines.append(attribute("string", "org:group", event["group"]))
            if event["resource"]:
                lines.append(attribute("string", "org:resource", event["resource"]))
            if event["time"]:
                lines.append(attribute("date", "time:timestamp", event["time"].isoformat()))
            lines.append("</event>")
        lines.append("</trace>")
    return "\n".join([*lines, "</log>", ""])
