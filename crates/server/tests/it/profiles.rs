//! Profiles through the REST door (rest-api.md section 4).

use serde_json::{Value, json};
use testkit::TestServer;

const SET: &str = "profile/portrait_set";
const GET: &str = "profile/portrait_get";

async fn code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

#[tokio::test]
async fn what_is_set_can_be_read_and_what_was_never_set_is_absent() {
    let server = TestServer::start().await;
    server.import(&["alice"]).await;
    let items = json!([
        {"Tag": "Tag_Profile_IM_Nick", "Value": "Alice"}, {"Tag": "Tag_Profile_IM_Gender", "Value": "Gender_Type_Female"},
        {"Tag": "Tag_Profile_IM_BirthDay", "Value": 20_190_419}, {"Tag": "Tag_Profile_Custom_Medal", "Value": "gold"},
    ]);
    let answer = server
        .rest_ok(SET, json!({"From_Account": "alice", "ProfileItem": items}))
        .await;
    assert_eq!(answer["ErrorDisplay"], "");
    let tags = [
        "Tag_Profile_IM_Nick",
        "Tag_Profile_IM_Gender",
        "Tag_Profile_IM_BirthDay",
        "Tag_Profile_Custom_Medal",
        "Tag_Profile_IM_Level",
    ];
    let answer = server
        .rest_ok(GET, json!({"To_Account": ["alice", "nobody", "名"], "TagList": tags}))
        .await;
    let profiles = answer["UserProfileItem"].as_array().unwrap();
    let mut found = profiles[0]["ProfileItem"].as_array().unwrap().clone();
    let mut expected = items.as_array().unwrap().clone();
    found.sort_by_key(Value::to_string);
    expected.sort_by_key(Value::to_string);
    assert_eq!(found, expected);
    assert_eq!(
        (&profiles[0]["To_Account"], &profiles[0]["ResultCode"]),
        (&json!("alice"), &json!(0))
    );
    for (at, name) in [(1, "nobody"), (2, "名")] {
        assert_eq!(profiles[at]["To_Account"], name);
        assert_eq!(profiles[at]["ResultCode"], 40003);
        assert!(
            profiles[at].get("ProfileItem").is_none(),
            "a failed account has no items"
        );
    }
    assert_eq!(answer["Fail_Account"], json!(["nobody", "名"]));
    assert_eq!(answer["ErrorDisplay"], "");
    let fine = server
        .rest_ok(GET, json!({"To_Account": ["alice"], "TagList": tags}))
        .await;
    assert!(fine.get("Fail_Account").is_none(), "only when an account failed");
}

#[tokio::test]
async fn portrait_set_checks_its_fields_and_changes_nothing_when_it_refuses() {
    let server = TestServer::start().await;
    server.import(&["alice"]).await;
    let set = |items: Value| json!({"From_Account": "alice", "ProfileItem": items});
    let one = |tag: &str, value: Value| set(json!([{"Tag": tag, "Value": value}]));
    let nick = "Tag_Profile_IM_Nick";
    for (body, allowed) in [
        (json!({"ProfileItem": []}), vec![40001, 40002]),
        (json!({"From_Account": 7, "ProfileItem": []}), vec![40001]),
        (
            json!({"From_Account": "nobody", "ProfileItem": [{"Tag": nick, "Value": "x"}]}),
            vec![40003],
        ),
        (json!({"From_Account": "alice"}), vec![40001]),
        (json!({"From_Account": "alice", "ProfileItem": "x"}), vec![40001]),
        (set(json!([7])), vec![40001]),
        (set(json!([{"Value": "x"}])), vec![40001]),
        (set(json!([{"Tag": nick}])), vec![40001, 40610]),
        (one("Tag_Profile_IM_Nope", json!("x")), vec![40009]),
        (one("Tag_Profile_Custom_ninechars", json!("x")), vec![40009]),
        (one("Tag_Profile_Custom_", json!("x")), vec![40009]),
        (one(nick, json!(7)), vec![40610]),
        (one(nick, json!(["x"])), vec![40610]),
        (one("Tag_Profile_IM_BirthDay", json!("2019")), vec![40610]),
        (one("Tag_Profile_IM_BirthDay", json!(-1)), vec![40610]),
        (one("Tag_Profile_IM_Gender", json!("Male")), vec![40605]),
        (one("Tag_Profile_IM_AllowType", json!("Nope")), vec![40605]),
        (one(nick, json!("x".repeat(501))), vec![40601]),
        (one("Tag_Profile_Custom_Medal", json!("名".repeat(167))), vec![40601]),
        (
            set(json!([{"Tag": nick, "Value": "changed"}, {"Tag": "Nope", "Value": "x"}])),
            vec![40009],
        ),
    ] {
        let code = code(&server, SET, body.clone()).await;
        assert!(allowed.contains(&code), "{body} -> {code}, not one of {allowed:?}");
    }
    let answer = server
        .rest_ok(GET, json!({"To_Account": ["alice"], "TagList": [nick]}))
        .await;
    let items = answer["UserProfileItem"][0]["ProfileItem"].as_array().unwrap();
    assert!(items.iter().all(|item| item["Value"] == ""), "{items:?}");
    assert_eq!(code(&server, SET, one(nick, json!("x".repeat(500)))).await, 0);
    assert_eq!(
        code(&server, SET, one("Tag_Profile_Custom_eightchr", json!("x"))).await,
        0
    );
}

#[tokio::test]
async fn portrait_get_checks_its_fields() {
    let server = TestServer::start().await;
    let names = |n: usize| (0..n).map(|i| format!("user{i}")).collect::<Vec<_>>();
    let tags = json!(["Tag_Profile_IM_Nick"]);
    for (body, expected) in [
        (json!({"TagList": tags}), 40002),
        (json!({"To_Account": [], "TagList": tags}), 40002),
        (json!({"To_Account": "alice", "TagList": tags}), 40001),
        (json!({"To_Account": [7], "TagList": tags}), 40001),
        (json!({"To_Account": ["alice"]}), 40001),
        (
            json!({"To_Account": ["alice"], "TagList": "Tag_Profile_IM_Nick"}),
            40001,
        ),
        (json!({"To_Account": ["alice"], "TagList": ["Nope"]}), 40009),
        (json!({"To_Account": names(100), "TagList": tags}), 0),
        (json!({"To_Account": names(101), "TagList": tags}), 40001),
    ] {
        assert_eq!(code(&server, GET, body.clone()).await, expected, "{body}");
    }
}
