//! The recipes of `plaudit hooks`, run against a real server: what docs/recipes/ says, seen to work.

use room::{AppId, UserId};
use serde_json::{Value, json};
use server::{
    cli::{
        Usersig,
        hooks::{Receiver, recipes::Recipe},
    },
    config::{Secret, Webhook},
};
use std::future::Future;
use testkit::{ADMIN, APP, KEY, TestServer, VendorClient, eventually, text_body};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const SEND: &str = "group_open_http_svc.send_group_msg";

/// Runs a test against a server whose webhooks go to a receiver that follows this recipe.
async fn following<F: Future>(recipe: Recipe, test: impl FnOnce(TestServer) -> F) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut webhook = Webhook::new(&format!("http://{}/hook", listener.local_addr().unwrap()));
    webhook.token = Some(Secret::new("a token"));
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(webhook);
        config.rooms.join_tips = false;
        config.rooms.rate_per_s = 40;
    })
    .await;
    let admin = Usersig::with_key(AppId(APP), Secret::new(KEY), UserId::new(ADMIN).unwrap(), 60);
    let url = format!("http://{}", server.address());
    let receiver = Receiver::new(Some(Secret::new("a token")), vec![recipe], Some((&url, admin))).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(receiver.run(listener, stop.clone()));
    server.create_room_of("a", "host").await;
    test(server).await;
    stop.cancel();
    running.await.unwrap().unwrap();
}

fn custom(data: &Value, priority: &str) -> Value {
    let mut body = text_body("a", "");
    body["MsgPriority"] = json!(priority);
    body["MsgBody"] = json!([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": data.to_string()}}]);
    body
}

#[tokio::test]
async fn faq_2_an_order_of_the_owner_mutes_and_one_of_a_member_is_refused() {
    following(Recipe::Mute, async |server| {
        let mut host = VendorClient::member(&server, "host", "a").await;
        let mut bob = VendorClient::member(&server, "bob", "a").await;
        let mute = |user: &str| {
            custom(
                &json!({"order": "mute", "Members_Account": [user], "seconds": 120}),
                "High",
            )
        };
        assert_eq!(bob.code(SEND, mute("host")).await, 10101);
        host.call_ok(SEND, text_body("a", "still speaking")).await;
        host.call_ok(SEND, mute("bob")).await;
        assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
        // An admin of the room may as well.
        server.import(&["eve"]).await;
        let admin = json!({"GroupId": "a", "CommandType": 1, "Admin_Account": ["eve"]});
        server
            .rest_ok("group_open_avchatroom_http_svc/modify_admin", admin)
            .await;
        let mut eve = VendorClient::member(&server, "eve", "a").await;
        VendorClient::member(&server, "carl", "a").await;
        eve.call_ok(SEND, mute("carl")).await;
        let muted = json!({"GroupId": "a"});
        let muted = server
            .rest_ok("group_open_http_svc/get_group_muted_account", muted)
            .await;
        assert_eq!(muted["MutedAccountList"].as_array().unwrap().len(), 2, "{muted}");
    })
    .await;
}

#[tokio::test]
async fn faq_3_an_order_of_the_owner_puts_out_and_keeps_out() {
    following(Recipe::Kick, async |server| {
        let mut host = VendorClient::member(&server, "host", "a").await;
        let mut bob = VendorClient::member(&server, "bob", "a").await;
        let order = json!({"order": "kick", "Members_Account": ["bob"], "seconds": 60});
        host.call_ok(SEND, custom(&order, "High")).await;
        assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
        let again = json!({"GroupId": "a", "WebPushFlag": 1});
        assert_eq!(bob.code("group_open_http_svc.apply_join_group", again).await, 10007);
    })
    .await;
}

#[tokio::test]
async fn faq_6_likes_are_counted_also_those_that_the_rate_drops() {
    following(Recipe::Likes, async |server| {
        let mut eve = VendorClient::member(&server, "eve", "a").await;
        let like = || server.rest_ok("group_open_http_svc/send_group_msg", custom(&json!({"like": 1}), "Low"));
        let answers = futures_util::future::join_all((0..200).map(|_| like())).await;
        let dropped = answers.iter().filter(|answer| answer["MsgSeq"] == 0).count();
        assert!(dropped > 0, "40 per second pass");
        eventually("all likes are in the room's field", async || {
            let info = server.room_info("a").await;
            (info["AppDefinedData"] == json!([{"Key": "likes", "Value": "200"}])).then_some(())
        })
        .await;
        // Members are told of the new sum by a tip.
        loop {
            let item = eve.next_item().await;
            if item.to_string().contains("MsgAppDefinedData") {
                break;
            }
        }
        like().await;
        eventually("later ones are added", async || {
            let info = server.room_info("a").await;
            (info["AppDefinedData"] == json!([{"Key": "likes", "Value": "201"}])).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_not_signed_is_turned_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let receiver = Receiver::new(Some(Secret::new("a token")), vec![], None).unwrap();
    let running = tokio::spawn(receiver.run(listener, stop.clone()));
    let http = server::http::client().build().unwrap();
    let now = "1700000000";
    let sign = tim::webhook::sign("a token", 1_700_000_000);
    for (query, body, wanted) in [
        (String::new(), "{}", 401),
        (format!("RequestTime={now}&Sign=x"), "{}", 401),
        (format!("RequestTime={now}&Sign={sign}"), "{}", 200),
        (format!("RequestTime={now}&Sign={sign}"), "no json", 400),
    ] {
        let answer = http.post(format!("{url}?{query}")).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), wanted, "{query} {body}");
    }
    stop.cancel();
    running.await.unwrap().unwrap();
}
