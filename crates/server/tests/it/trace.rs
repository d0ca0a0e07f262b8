//! What became of a message: the question behind FAQ-5, asked of the admin API.

use http::Method;
use serde_json::{Value, json};
use server::config::{Secret, Webhook};
use testkit::{APP, HookAnswer, HookSink, KEY, TestServer, VendorClient, eventually, text_body, within};

const SEND: &str = "group_open_http_svc.send_group_msg";

async fn room(server: &TestServer) -> (VendorClient, VendorClient) {
    server.create_room("a").await;
    let bob = VendorClient::member(server, "bob", "a").await;
    (bob, VendorClient::member(server, "eve", "a").await)
}

async fn stories(server: &TestServer, query: &str) -> Vec<Value> {
    let (status, answer) = server.admin(Method::GET, &format!("a/messages?{query}"), None).await;
    assert_eq!(status, 200, "{answer}");
    answer["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn faq_5_a_message_lost_to_the_rate_limit_is_explained() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 100;
    })
    .await;
    let (mut bob, _eve) = room(&server).await;
    // Sooner or later a message finds the room too busy, and its sender hears a success.
    let lost = loop {
        let mut body = text_body("a", "hello?");
        body["MsgClientTime"] = json!(1_700_000_000);
        if bob.call_ok(SEND, body.clone()).await["MsgSeq"] == 0 {
            break body;
        }
    };
    let random = &lost["Random"];
    for query in [
        format!("from=bob&random={random}"),
        format!("id=144115198-1700000000-{random}"),
        "from=bob&limit=1".to_owned(),
        format!("from=bob&limit=1&at={}", server.app().clock.now().secs()),
    ] {
        let found = stories(&server, &query).await;
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        let story = &found[0];
        assert_eq!((&story["from"], &story["random"]), (&json!("bob"), random), "{query}");
        assert_eq!(
            (&story["door"], &story["priority"]),
            (&json!("websdk"), &json!("Normal"))
        );
        assert_eq!(
            story["outcome"],
            json!({"fate": "dropped", "cause": "waited"}),
            "{story}"
        );
        assert!(story["waited_ms"].as_u64() >= Some(50), "{story}");
        assert!(story["decided_ms"].as_u64() >= story["arrived_ms"].as_u64());
        assert_eq!((story.get("place"), story.get("told")), (None, None));
    }
    assert_eq!(stories(&server, "from=eve").await, Vec::<Value>::new());
    let told = why(&server, &["--from", "bob", "--limit", "1"]).await;
    assert!(
        told.contains("dropped: waited") && told.contains("raise rate_per_s"),
        "{told}"
    );
    let told = why(&server, &["--from", "nobody"]).await;
    assert!(told.contains("No message fits") && told.contains(" waited"), "{told}");
}

/// What `plaudit why` prints about the room.
async fn why(server: &TestServer, args: &[&str]) -> String {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_plaudit"))
        .args(["why", "--room", "a", "--app", &format!("{APP}:{KEY}")])
        .args(["--url", &format!("http://{}", server.admin_address())])
        .args(args)
        .output();
    let output = within("plaudit why", output).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_message_that_arrived_is_traced_to_its_number_and_its_audience() {
    let server = TestServer::start().await;
    let (mut bob, mut eve) = room(&server).await;
    let sent = bob.call_ok(SEND, text_body("a", "hi")).await;
    eve.next_message().await;
    let found = stories(&server, &format!("seq={}", sent["MsgSeq"])).await;
    let story = &found[0];
    assert_eq!(
        (&story["from"], &story["outcome"]),
        (&json!("bob"), &json!({"fate": "admitted"}))
    );
    assert_eq!(story["place"]["seq"], sent["MsgSeq"]);
    let told = &story["told"];
    assert_eq!(
        (&told["connections"], &told["skipped"], &told["closed"]),
        (&json!(2), &json!(0), &json!(0)),
        "{story}"
    );
    assert_eq!(story.get("review"), None, "nobody was asked");
}

#[tokio::test]
async fn the_story_of_a_message_has_the_backends_word_and_the_senders_refusal() {
    let sink = HookSink::start().await;
    let url = sink.url.clone();
    let server = TestServer::with(|config| config.apps[0].webhook = Some(Webhook::new(&url))).await;
    let (mut bob, _eve) = room(&server).await;
    sink.answer(
        "Group.CallbackBeforeSendMsg",
        HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "no ads", "ErrorCode": 10150})),
    );
    assert_eq!(bob.code(SEND, text_body("a", "buy")).await, 10150);
    let story = &stories(&server, "from=bob").await[0];
    assert_eq!(story["review"]["answer"], "refuse");
    assert_eq!(
        (&story["outcome"]["cause"], &story["refusal"]),
        (&json!("webhook"), &json!("no ads"))
    );
}

#[tokio::test]
async fn stories_are_bounded_in_number_and_time_and_say_since_when_they_are_known() {
    let server = TestServer::with(|config| config.trace.messages_max = 3).await;
    let (mut bob, mut eve) = room(&server).await;
    for n in 0..5 {
        bob.call_ok(SEND, text_body("a", &format!("m{n}"))).await;
        eve.next_message().await;
    }
    assert_eq!(stories(&server, "limit=1000").await.len(), 3);
    server.pass(901_000);
    eventually("old stories are forgotten", async || {
        stories(&server, "").await.is_empty().then_some(())
    })
    .await;
    let (_, answer) = server.admin(Method::GET, "a/messages", None).await;
    assert!(answer["since_s"].as_u64().unwrap() >= server.app().clock.now().secs() - 901);
}

#[tokio::test]
async fn wrong_questions_are_told() {
    let server = TestServer::start().await;
    room(&server).await;
    for query in [
        "from=",
        "random=x",
        "random=4294967296",
        "id=1",
        "seq=-1",
        "at=now",
        "colour=red",
        "random=1&id=1-2-3",
    ] {
        let (status, answer) = server.admin(Method::GET, &format!("a/messages?{query}"), None).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("parameter")),
            "{query}: {answer}"
        );
    }
    assert_eq!(server.admin(Method::GET, "none/messages", None).await.0, 404);
}

#[tokio::test]
async fn a_configured_token_opens_the_door_and_another_does_not() {
    let server = TestServer::with(|config| config.admin_token = Some(Secret::new("a token of the operator"))).await;
    room(&server).await;
    for (token, wanted) in [
        ("a token of the operator", 200),
        ("a token of the operato", 401),
        ("", 401),
    ] {
        let credentials = Some(format!("Bearer {token}"));
        let (status, _) = server.admin_as(Method::GET, "a/tally", None, credentials).await;
        assert_eq!(status, wanted, "{token:?}");
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_path_of_the_manual() {
    let server = TestServer::start().await;
    let url = format!("http://{}/v1/openapi.json", server.admin_address());
    let document: Value = server.http().get(url).send().await.unwrap().json().await.unwrap();
    let manual = include_str!("../../../../docs/admin-api.md");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 4, "{document}");
    for (path, methods) in paths {
        let of_room = path.strip_prefix("/v1/apps/{app}/rooms/{room}");
        let short = of_room.or_else(|| path.strip_prefix("/v1/apps/{app}")).unwrap();
        for method in methods.as_object().unwrap().keys() {
            let row = format!("`{} ...{short}", method.to_uppercase());
            assert!(manual.contains(&row), "{row} is not in docs/admin-api.md");
        }
    }
    assert!(document["components"]["schemas"]["Trace"].is_object(), "{document}");
}
