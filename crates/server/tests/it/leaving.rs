//! FAQ-4: which sessions of an account leave a room together. Native sessions have no door yet, so the rule is shown at
//! the application, with sessions of every platform.

use hub::Variant;
use room::{LeavePolicy, Platform, RoomId, RoomKey};
use server::app::session::{Conn, Session};
use std::sync::Arc;
use testkit::{APP, TestServer};
use tokio::net::{TcpListener, TcpStream};

/// The account "bob" in room "a" on these platforms.
async fn on(server: &TestServer, platforms: &[Platform]) -> Vec<Arc<Session>> {
    let app = server.app();
    let mut sessions = Vec::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for platform in platforms {
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let outbox = app.hub.connect(socket.into_split().1, Variant(0));
        let conn = Arc::new(Conn::new(outbox, [127, 0, 0, 1].into(), app.clock.now()));
        let tenant = app.tenant(APP).unwrap();
        let ticket = server.ticket("bob");
        let (session, _) = app.login(tenant, "bob", &ticket, &conn, *platform).await.unwrap();
        app.join(&session, "a").await.unwrap();
        sessions.push(session);
    }
    sessions
}

/// Where the account still is after it has left on `leaving`.
async fn after_leaving(policy: LeavePolicy, leaving: Platform) -> Vec<Platform> {
    let server = TestServer::with(|config| config.apps[0].leave_policy = policy).await;
    server.create_room("a").await;
    let sessions = on(&server, &[Platform::Web, Platform::Android, Platform::Ios]).await;
    let room = RoomId::new("a").unwrap();
    let left = sessions.iter().find(|session| session.platform() == leaving).unwrap();
    server.app().leave(left, "a").await.unwrap();
    let key = RoomKey {
        app: room::AppId(APP),
        room: room.clone(),
    };
    let there: Vec<_> = sessions
        .iter()
        .filter(|session| session.since(&room).is_some())
        .collect();
    for session in &sessions {
        let is_there = there.iter().any(|other| other.id() == session.id());
        assert_eq!(server.app().is_member(session, &key).is_ok(), is_there);
    }
    there.into_iter().map(|session| session.platform()).collect()
}

#[tokio::test]
async fn faq_4a_leaving_on_the_web_takes_the_phone_out() {
    assert_eq!(after_leaving(LeavePolicy::WebTakesAll, Platform::Web).await, []);
}

#[tokio::test]
async fn faq_4b_leaving_on_the_phone_does_not_take_the_web_out() {
    assert_eq!(
        after_leaving(LeavePolicy::WebTakesAll, Platform::Android).await,
        [Platform::Web]
    );
}

#[tokio::test]
async fn faq_4c_an_app_may_want_them_to_leave_together() {
    assert_eq!(after_leaving(LeavePolicy::AllTogether, Platform::Android).await, []);
}

#[tokio::test]
async fn faq_4d_an_app_may_want_each_for_itself() {
    let rest = after_leaving(LeavePolicy::EachForItself, Platform::Web).await;
    assert_eq!(rest, [Platform::Android, Platform::Ios]);
}
