#include "wire/own_methods.hpp"

#include <utility>

#include "base/limits.hpp"

namespace samvev::wire {
namespace {

// Methods without "result" are notifications (OpenRPC 1.3). rpc.login, rpc.on, rpc.off and
// __listMethods are a courtesy to one client and not described. @…@ are limits.
constexpr std::string_view document = R"json([
{"name":"session.authenticate","summary":"Present a token on this connection, or a new one before the old expires.","paramStructure":"by-name",
 "params":[
  {"name":"token","required":true,"schema":{"type":"string","maxLength":8192}},
  {"name":"purpose","required":false,"schema":{"type":"string","minLength":1,"maxLength":64}},
  {"name":"unit","required":false,"schema":{"type":"string","format":"uuid"}},
  {"name":"representing","required":false,"schema":{"type":"string","minLength":1,"maxLength":64}},
  {"name":"dpop","required":false,"schema":{"type":"string","minLength":1}}],
 "result":{"name":"principal","schema":{"type":"object","required":["subject","tenant","kind","roles","expiresAt"],"properties":{
  "subject":{"type":"string"},"tenant":{"type":"string"},"kind":{"type":"string","enum":["staff","person","service"]},
  "roles":{"type":"array","items":{"type":"string"}},"unit":{"type":"string"},"purpose":{"type":"string"},"expiresAt":{"type":"string"}}}},
 "errors":[{"code":40102,"message":"Token expired"},{"code":40103,"message":"Token invalid"}],
 "examples":[{"name":"with a development token","params":[{"name":"token","value":"eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AA"}],
  "result":{"name":"principal","value":{"subject":"018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40","tenant":"9999","kind":"staff","roles":["coordinator"],"expiresAt":"2026-11-21T21:05:00.000000Z"}}}]},
{"name":"session.close","summary":"End this connection after what is in flight has been answered.","paramStructure":"by-name","params":[],
 "result":{"name":"closing","schema":{"type":"boolean","const":true}},
 "examples":[{"name":"goodbye","params":[],"result":{"name":"closing","value":true}}]},
{"name":"system.ping","summary":"Is anybody there?","paramStructure":"by-name","params":[],
 "result":{"name":"pong","schema":{"type":"string","const":"pong"}},
 "examples":[{"name":"ping","params":[],"result":{"name":"pong","value":"pong"}}]},
{"name":"system.health","summary":"Whether the server can do its work, as /readyz?verbose tells.","paramStructure":"by-name","params":[],
 "result":{"name":"health","schema":{"type":"object","required":["status","version","checks"],"properties":{
  "status":{"type":"string","enum":["ready","not-ready"]},"version":{"type":"string"},
  "checks":{"type":"array","items":{"type":"object","required":["name","ok"],"properties":{"name":{"type":"string"},"ok":{"type":"boolean"},"detail":{"type":"string"}}}}}}},
 "examples":[{"name":"a healthy server","params":[],"result":{"name":"health","value":{"status":"ready","version":"0.1.0","checks":[{"name":"process","ok":true}]}}}]},
{"name":"rpc.discover","summary":"This document.","paramStructure":"by-name","params":[],
 "result":{"name":"document","schema":{"type":"object","required":["openrpc","methods"]}},
 "examples":[{"name":"the document","params":[],"result":{"name":"document","value":{"openrpc":"1.3.2","methods":[]}}}]},
{"name":"events.subscribe","summary":"Follow events: pages of history, then what happens, as events.event notifications. WebSocket only, not in a batch.","paramStructure":"by-name",
 "params":[
  {"name":"filter","required":false,"description":"left out: everything of the tenant; cases and streams together at most @streams@","schema":{"type":"object","additionalProperties":false,"properties":{
   "cases":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":@streams@},"streams":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":@streams@},
   "types":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":@types@}}}},
  {"name":"from","required":true,"description":"start, head, or the position of the last event seen","schema":{"type":"string","minLength":1}},
  {"name":"include","required":false,"schema":{"type":"string","enum":["events"]}}],
 "result":{"name":"subscription","schema":{"type":"string"}},
 "errors":[{"code":41001,"message":"Position unknown"},{"code":42903,"message":"Too many subscriptions"}],
 "examples":[{"name":"from now on","params":[{"name":"from","value":"head"}],"result":{"name":"subscription","value":"s_1"}}]},
{"name":"events.unsubscribe","summary":"Stop a subscription; false when there is none of that id.","paramStructure":"by-name",
 "params":[{"name":"subscription","required":true,"schema":{"type":"string"}}],
 "result":{"name":"stopped","schema":{"type":"boolean"}},
 "examples":[{"name":"stop","params":[{"name":"subscription","value":"s_1"}],"result":{"name":"stopped","value":true}}]},
{"name":"session.hello","summary":"The first message of the server on a WebSocket.","paramStructure":"by-name","params":[
  {"name":"server","required":true,"schema":{"type":"string"}},{"name":"api","required":true,"schema":{"type":"string"}},
  {"name":"connection","required":true,"schema":{"type":"string"}},{"name":"authenticated","required":true,"schema":{"type":"boolean"}},
  {"name":"limits","required":true,"schema":{"type":"object"}},{"name":"pingSeconds","required":true,"schema":{"type":"integer"}}]},
{"name":"session.expiring","summary":"The token ends soon: call session.authenticate with a new one. 30 s after its end calls are refused (40102) and streams rest, 60 s after it the connection closes with 4401. Or the session itself ends, after 12 hours: connect again.","paramStructure":"by-name","params":[
  {"name":"expiresAt","required":true,"schema":{"type":"string"}},{"name":"inSeconds","required":true,"schema":{"type":"integer"}},
  {"name":"what","required":true,"schema":{"type":"string","enum":["token","session"]}}]},
{"name":"session.draining","summary":"The server is going: the connection closes with 1001 in so many seconds, later only while calls are in flight; connect again with jitter.","paramStructure":"by-name","params":[
  {"name":"reason","required":true,"schema":{"type":"string"}},{"name":"closeInSeconds","required":true,"schema":{"type":"integer"}}]},
{"name":"events.event","summary":"What a subscription has to tell.","paramStructure":"by-name","params":[
  {"name":"subscription","required":true,"schema":{"type":"string"}},
  {"name":"result","required":true,"schema":{"type":"object","required":["kind","position"],"properties":{
   "kind":{"type":"string","enum":["events","caughtUp","checkpoint","fellBehind","ended"]},"position":{"type":"string"},
   "events":{"type":"array","items":{"type":"object"}},"time":{"type":"string","description":"of caughtUp: all until then has been sent"},"reason":{"type":"string","description":"of ended"}}}}]}
])json";

}  // namespace

std::string own_methods_open_rpc() {
    const std::string streams = std::to_string(limits::filter_streams_max);
    const std::string types = std::to_string(limits::filter_types_max);
    std::string out(document);
    for (const auto& [mark, value] :
         {std::pair<std::string_view, std::string>{"@streams@", streams}, {"@types@", types}}) {
        for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark)) {
            out.replace(at, mark.size(), value);
        }
    }
    return out;
}

}  // namespace samvev::wire
