//! One connection of our own protocol: one task that reads, writes what the hub could not write at once, and works on the
//! client's requests one after the other.

use super::{
    call::{Call, Link},
    reading,
    refusal::{self, Reason},
    session, talk,
};
use crate::{
    app::session::Conn,
    doors::{
        gate::Gate,
        socket::{Line, Reading, Served},
    },
    fanout::dialect::Dialect,
};
use bytes::Bytes;
use futures_util::StreamExt;
use hub::CloseReason;
use std::{net::IpAddr, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    net::tcp::OwnedWriteHalf,
    task::JoinHandle,
    time::{Sleep, sleep},
};

/// Serves a connection until it ends.
pub async fn serve(gate: Arc<Gate>, read: Reading, write: OwnedWriteHalf, app_id: u32, dialect: Dialect, peer: IpAddr) {
    let app = gate.app.clone();
    let limits = &app.config.limits;
    let conn = Arc::new(Conn::new(
        app.hub.connect(write, dialect.variant()),
        peer,
        app.clock.now(),
    ));
    let served = Served::new(gate, conn.clone());
    let link = Arc::new(Link::new(app.clone(), conn.clone(), app_id));
    let deflated = dialect == Dialect::Deflated;
    let mut frames = reading::frames(read, conn.clone(), app.clock.clone(), deflated, limits.frame_bytes_max);
    let mut line = Line::new(limits, app.clock.now());
    // Until somebody has said who he is; in a box of its own, so that nobody pays for it afterwards.
    let mut patience = Some(Box::pin(sleep(Duration::from_millis(limits.login_timeout_ms))));
    let reason = loop {
        tokio::select! {
            reason = conn.outbox.drive() => break reason,
            frame = frames.next() => match frame.unwrap_or(Err(CloseReason::Peer)) {
                Ok(frame) => take(&link, &mut line, frame),
                Err(reason) => conn.outbox.close(reason),
            },
            () = line.done() => {
                if link.is_somebody() {
                    patience = None;
                }
            }
            // A slow network is no reason to stay away.
            () = over(&mut patience) => conn.outbox.close(CloseReason::Silent),
        }
        line.go_on(|frame| begin(&link, frame));
    };
    link.closed();
    served.end(reason);
}

async fn over(patience: &mut Option<Pin<Box<Sleep>>>) {
    match patience {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}

/// Takes a request: signs of life are answered and likes counted at once, the rest waits in line.
fn take(link: &Arc<Link>, line: &mut Line, frame: Bytes) {
    link.guest_heard();
    let paced = line.pace(link.app.clock.now());
    let head = wire::request::head(&frame).ok();
    let id = head.as_ref().and_then(|head| head.id);
    let done = match head.as_ref().map(|head| &*head.op) {
        Some("ping") if paced => session::ping_at_once(link, id),
        Some("like") if paced && line.is_idle() => talk::like_at_once(link, id, &frame),
        _ => false,
    };
    if !done && (!paced || line.put(frame).is_err()) {
        link.refuse(id, &refusal::of(Reason::TooFast));
    }
}

fn begin(link: &Arc<Link>, frame: Bytes) -> JoinHandle<()> {
    let link = link.clone();
    link.app
        .clone()
        .spawn(async move { Call::new(&link, &frame).run().await })
}
