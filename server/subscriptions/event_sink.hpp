#pragma once

#include <string>

namespace samvev::subscriptions {

// The connection a subscriber sits on; implemented by wire.
class EventSink {
public:
    EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink& operator=(const EventSink&) = delete;
    virtual ~EventSink() = default;
    // There may be something to deliver: ask Hub::next soon, on your own strand. Must only post;
    // calls between two asks may be merged. [any thread]
    virtual void wake() = 0;
};

}  // namespace samvev::subscriptions
