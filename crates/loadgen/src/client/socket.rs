//! Opening a connection without waiting for it, from one of many local addresses.

use mio::net::TcpStream;
use socket2::{Domain, SockRef, Socket, Type};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// How many local addresses share the connections: 127.0.0.2 and up. A pair of addresses has about 28,000 ports, and the
/// server counts connections by address.
const ADDRESSES: usize = 199;
/// What a viewer who hardly reads lets the kernel hold for him, in bytes; the kernel's own minimum is near.
const SLOW_BUFFER_BYTES: usize = 4096;
/// The longest segment to a slow viewer, in bytes, as on the way to a phone. Loopback's own is 64 KiB, with which the
/// kernel would hold megabytes for him before the server notices anything.
const SLOW_SEGMENT_BYTES: u32 = 1400;
/// What Linux answers for a connection that is on its way; std has no name for it yet.
const IN_PROGRESS: i32 = 115;

/// The local address of the n-th connection.
pub fn local(n: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, (n % ADDRESSES) as u8 + 2)
}

/// Begins to connect.
pub fn connect(from: Ipv4Addr, to: SocketAddr, slow: bool) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    if slow {
        socket.set_recv_buffer_size(SLOW_BUFFER_BYTES)?;
        socket.set_tcp_mss(SLOW_SEGMENT_BYTES)?;
    }
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    match socket.connect(&to.into()) {
        Err(error) if error.raw_os_error() != Some(IN_PROGRESS) => return Err(error),
        _ => {}
    }
    Ok(TcpStream::from_std(socket.into()))
}

/// Breaks a connection off: the other side is told that it is gone, and no goodbye.
pub fn break_off(socket: TcpStream) {
    // Best effort: dropped it is in any case.
    let _ = SockRef::from(&socket).set_linger(Some(Duration::ZERO));
}
