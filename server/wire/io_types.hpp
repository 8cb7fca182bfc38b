#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace samvev::wire {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

// A connection lives on one io loop, whose single thread is its strand. The concrete executor type
// saves the virtual calls and allocations of any_io_executor on every operation.
using LoopExecutor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, LoopExecutor>;
using Acceptor = asio::basic_socket_acceptor<tcp, LoopExecutor>;
using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, LoopExecutor>;

template <typename T = void>
using Task = asio::awaitable<T, LoopExecutor>;
// Errors come as values: auto [error, size] = co_await socket.async_read_some(buffer, as_result);
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<LoopExecutor>> as_result{};

}  // namespace samvev::wire
