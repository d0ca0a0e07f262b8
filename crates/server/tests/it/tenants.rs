//! Two apps in one server know nothing of each other.

use serde_json::json;
use testkit::{APP, KEY, OTHER_APP, OTHER_KEY, Options, TestServer, VendorClient};

async fn member_of(server: &TestServer, app: u32, key: &str, user: &str) -> VendorClient {
    let options = Options {
        app,
        ..Options::default()
    };
    let mut client = VendorClient::connect_with(server, options).await;
    client.login(user, &server.ticket_of(app, key, user)).await;
    client.join("a").await;
    client
}

#[tokio::test]
async fn the_same_room_and_user_in_two_apps_are_two() {
    let server = TestServer::start().await;
    let apps = [(APP, KEY), (OTHER_APP, OTHER_KEY)];
    for (app, key) in apps {
        let name = format!("of {app}");
        let create = json!({"Type": "AVChatRoom", "Name": name, "GroupId": "a"});
        let answer = server
            .rest_of(app, key, "group_open_http_svc/create_group", create)
            .await;
        assert_eq!(answer["ErrorCode"], 0, "the id is free in each app");
        let import = json!({"UserID": "alice", "Nick": name});
        server
            .rest_of(app, key, "im_open_login_svc/account_import", import)
            .await;
    }
    let mut one = member_of(&server, APP, KEY, "alice").await;
    let mut other = member_of(&server, OTHER_APP, OTHER_KEY, "alice").await;
    // No kick: it is not the same account.
    one.call_ok("im_open_status.wshello", json!({})).await;
    assert_eq!((server.online("a").await, one.say("a", "in one").await > 0), (1, true));
    other.say("a", "in the other").await;
    for (app, key) in apps {
        server
            .rest_of(
                app,
                key,
                "group_open_http_svc/send_group_msg",
                testkit::text_body("a", &format!("of {app}")),
            )
            .await;
    }
    loop {
        let text = one.next_text().await;
        assert_ne!(text, "in the other");
        if text == format!("of {APP}") {
            break;
        }
    }
    loop {
        let item = other.next_message().await;
        assert_ne!(item["MsgBody"][0]["MsgContent"]["Text"], "in one");
        if item["From_Account"] == "administrator" {
            break;
        }
        assert_eq!(item["GroupInfo"]["From_AccountNick"], format!("of {OTHER_APP}"));
    }
    let list = server
        .rest_of(APP, KEY, "group_open_http_svc/get_appid_group_list", json!({}))
        .await;
    assert_eq!(list["TotalCount"], 1);
    server
        .rest_ok("im_open_login_svc/kick", json!({"UserID": "alice"}))
        .await;
    let hello = one.code("im_open_status.wshello", json!({})).await;
    assert_eq!(hello, 70052, "he was told of the kick");
    other.call_ok("im_open_status.wshello", json!({})).await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    other.say("a", "still here").await;
}

#[tokio::test]
async fn keys_and_tickets_of_one_app_open_nothing_in_the_other() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let alice = VendorClient::member(&server, "alice", "a").await;
    let create = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": "a"});
    server
        .rest_of(OTHER_APP, OTHER_KEY, "group_open_http_svc/create_group", create)
        .await;
    let mut other = member_of(&server, OTHER_APP, OTHER_KEY, "bob").await;
    // The key shown on the other app's address is still the first app's, and acts there.
    let options = Options {
        app: OTHER_APP,
        ..Options::default()
    };
    let mut stray = VendorClient::connect_with(&server, options).await;
    stray.take_key(alice.a2());
    if stray.relogin().await["ErrorCode"] == 0 {
        stray.try_say("a", "whose room?").await;
    }
    let last = server
        .rest_of(
            OTHER_APP,
            OTHER_KEY,
            "group_open_http_svc/send_group_msg",
            testkit::text_body("a", "end"),
        )
        .await;
    assert_eq!(last["ErrorCode"], 0);
    assert_eq!(other.next_text().await, "end", "nothing of the first app came before");
    let answer = server
        .rest_of(OTHER_APP, KEY, "group_open_http_svc/get_appid_group_list", json!({}))
        .await;
    assert_eq!(answer["ErrorCode"], 70009);
}
