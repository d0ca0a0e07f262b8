//! Every row of the REST door, as `rest-api.md` and `error-codes.md` have it: what a good call answers, field by field,
//! and what each bad one is refused with. Written by hand from those pages (decision 37): a row or a code that changes in
//! the server, and not here, fails.

use serde_json::{Map, Value, json};
use server::doors::rest::commands;
use std::collections::BTreeSet;
use testkit::{ADMIN, APP, TestServer, VendorClient};

/// Any integer.
const INT: &str = "<integer>";
/// Any text.
const TEXT: &str = "<text>";

/// A row.
struct Row {
    command: &'static str,
    /// A good call.
    good: Value,
    /// What it answers beside the envelope: these members, and no others.
    answer: Value,
    /// Members, each with the code for one that is missing and for one of a wrong type; 0 where either is fine.
    members: Vec<(&'static str, i64, i64)>,
    /// Other bad calls: what is different in them, and the code.
    bad: Vec<(Value, i64)>,
    /// Whether it is about a room: one that does not exist is 10010, an impossible one 10015.
    of_room: bool,
}

fn row(command: &'static str, good: Value, answer: Value) -> Row {
    Row {
        command,
        good,
        answer,
        members: Vec::new(),
        bad: Vec::new(),
        of_room: false,
    }
}

/// A row about a room.
fn room(command: &'static str, mut good: Value, answer: Value) -> Row {
    good["GroupId"] = json!("r");
    Row {
        of_room: true,
        members: vec![("GroupId", 10004, 10004)],
        ..row(command, good, answer)
    }
}

impl Row {
    fn needs(mut self, members: &[(&'static str, i64, i64)]) -> Self {
        self.members.extend_from_slice(members);
        self
    }

    fn bad(mut self, difference: Value, code: i64) -> Self {
        self.bad.push((difference, code));
        self
    }
}

fn names(n: usize) -> Value {
    (0..n).map(|i| format!("u{i}")).collect()
}

fn items(n: usize) -> Value {
    (0..n).map(|i| json!({"UserID": format!("u{i}")})).collect()
}

fn text() -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}])
}

fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

fn attributes(n: usize, bytes: usize) -> Value {
    let entry = |i| json!({"key": format!("k{i}"), "value": long(bytes)});
    json!({"GroupAttr": (0..n).map(entry).collect::<Value>()})
}

fn counters(n: usize) -> Value {
    (0..n).map(|i| json!({"Key": format!("k{i}"), "Value": 1})).collect()
}

fn marked(n: usize, mark: u32) -> Value {
    let member = |i| json!({"Member_Account": format!("u{i}"), "Marks": [mark]});
    json!({"MemberList": (0..n).map(member).collect::<Value>()})
}

/// What the vendor refuses for live rooms, whatever is asked.
const REFUSED: [(&str, i64); 12] = [
    ("openim/modify_group_msg", 20001),
    ("group_open_http_svc/delete_group_member", 10004),
    ("group_open_http_svc/add_group_member", 10007),
    ("group_open_http_svc/modify_group_member_info", 10007),
    ("group_open_http_svc/change_group_owner", 10007),
    ("group_open_http_svc/get_role_in_group", 10007),
    ("group_open_http_svc/get_group_member_info", 10007),
    ("group_open_http_svc/import_group", 10007),
    ("group_open_http_svc/import_group_msg", 10007),
    ("group_open_http_svc/import_group_member", 10007),
    ("group_open_http_svc/group_msg_get_simple", 10044),
    ("group_open_http_svc/set_unread_msg_num", 10007),
];

fn accounts_rows() -> Vec<Row> {
    let svc = |command, good, answer| row(command, good, answer);
    vec![
        svc("im_open_login_svc/account_import", json!({"UserID": "new"}), json!({}))
            .needs(&[("UserID", 70402, 60015), ("Nick", 0, 70402), ("FaceUrl", 0, 70402)])
            .bad(json!({"Nick": long(501)}), 40601)
            .bad(json!({"FaceUrl": long(501)}), 40601)
            .bad(json!({"UserID": long(33)}), 70402),
        svc(
            "im_open_login_svc/multiaccount_import",
            json!({"AccountList": [{"UserID": "new", "Nick": "N"}, {"UserID": "@TIM#no"}]}),
            json!({"FailAccounts": ["@TIM#no"]}),
        )
        .needs(&[("AccountList", 70402, 70402)])
        .bad(json!({"AccountList": []}), 70206)
        .bad(json!({"AccountList": items(101)}), 70206)
        .bad(json!({"AccountList": [{"UserID": 7}]}), 60015)
        .bad(json!({"AccountList": null, "Accounts": names(101)}), 70206),
        svc(
            "im_open_login_svc/account_delete",
            json!({"DeleteItem": [{"UserID": "alice"}, {"UserID": "nobody"}]}),
            json!({"ResultItem": [
                {"ResultCode": 0, "ResultInfo": "", "UserID": "alice"},
                {"ResultCode": 70107, "ResultInfo": "Err_TLS_PT_Open_Login_Account_Not_Exist", "UserID": "nobody"},
            ]}),
        )
        .needs(&[("DeleteItem", 70402, 70402)])
        .bad(json!({"DeleteItem": items(101)}), 70206),
        svc(
            "im_open_login_svc/account_check",
            json!({"CheckItem": [{"UserID": "alice"}, {"UserID": "nobody"}]}),
            json!({"ResultItem": [
                {"UserID": "alice", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "Imported"},
                {"UserID": "nobody", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "NotImported"},
            ]}),
        )
        .needs(&[("CheckItem", 70402, 70402)])
        .bad(json!({"CheckItem": items(101)}), 70206),
        svc("im_open_login_svc/kick", json!({"UserID": "alice"}), json!({}))
            .needs(&[("UserID", 70402, 60015)])
            .bad(json!({"UserID": "nobody"}), 70107),
        status("openim/query_online_status"),
        status("openim/querystate"),
        svc(
            "profile/portrait_set",
            json!({"From_Account": "alice", "ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "A"}]}),
            json!({"ErrorDisplay": ""}),
        )
        .needs(&[("From_Account", 40001, 40001), ("ProfileItem", 40001, 40001)])
        .bad(json!({"From_Account": "nobody"}), 40003)
        .bad(json!({"ProfileItem": [{"Tag": "Tag_Nope", "Value": "A"}]}), 40009)
        .bad(
            json!({"ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": long(501)}]}),
            40601,
        )
        .bad(
            json!({"ProfileItem": [{"Tag": "Tag_Profile_IM_Gender", "Value": "Other"}]}),
            40605,
        )
        .bad(
            json!({"ProfileItem": [{"Tag": "Tag_Profile_IM_Level", "Value": "7"}]}),
            40610,
        ),
        svc(
            "profile/portrait_get",
            json!({"To_Account": ["alice", "nobody"], "TagList": ["Tag_Profile_IM_Nick", "Tag_Profile_Custom_Medal"]}),
            json!({
                "UserProfileItem": [
                    {"To_Account": "alice", "ProfileItem": [
                        {"Tag": "Tag_Profile_IM_Nick", "Value": "Alice"},
                        {"Tag": "Tag_Profile_Custom_Medal", "Value": "gold"},
                    ], "ResultCode": 0, "ResultInfo": ""},
                    {"To_Account": "nobody", "ResultCode": 40003, "ResultInfo": TEXT},
                ],
                "Fail_Account": ["nobody"], "ErrorDisplay": "",
            }),
        )
        .needs(&[("To_Account", 40002, 40001), ("TagList", 40001, 40001)])
        .bad(json!({"To_Account": names(101)}), 40001)
        .bad(json!({"TagList": ["Tag_Nope"]}), 40009),
        row(
            "openconfigsvr/setnospeaking",
            json!({"Set_Account": "alice", "GroupmsgNospeakingTime": 60}),
            json!({}),
        )
        .needs(&[
            ("Set_Account", 130_004, 130_005),
            ("GroupmsgNospeakingTime", 130_008, 130_008),
        ])
        .bad(json!({"Set_Account": "nobody"}), 130_005)
        .bad(json!({"C2CmsgNospeakingTime": 4_294_967_296_u64}), 130_008),
        row(
            "openconfigsvr/getnospeaking",
            json!({"Get_Account": "bob"}),
            json!({"C2CmsgNospeakingTime": 0, "GroupmsgNospeakingTime": 4_294_967_295_u32}),
        )
        .needs(&[("Get_Account", 130_002, 130_003)])
        .bad(json!({"Get_Account": "nobody"}), 130_003),
    ]
}

fn status(command: &'static str) -> Row {
    row(
        command,
        json!({"To_Account": ["alice", "bob", "nobody"], "IsNeedDetail": 1}),
        json!({
            "QueryResult": [
                {"To_Account": "alice", "State": "Online", "Status": "Online",
                    "Detail": [{"Platform": "Web", "Status": "Online"}]},
                {"To_Account": "bob", "State": "Offline", "Status": "Offline", "Detail": []},
            ],
            "ErrorList": [{"To_Account": "nobody", "ErrorCode": 70107}],
        }),
    )
    .needs(&[("To_Account", 90003, 90003)])
    .bad(json!({"To_Account": names(501)}), 90011)
}

fn direct_rows() -> Vec<Row> {
    let message = json!({"To_Account": "bob", "MsgRandom": 7, "MsgSeq": 5, "MsgBody": text()});
    let withdraw = json!({"From_Account": ADMIN, "To_Account": "alice", "MsgKey": "<key>"});
    let shared = [
        ("MsgRandom", 90005, 90005),
        ("MsgSeq", 0, 90004),
        ("MsgBody", 90002, 90007),
        ("MsgLifeTime", 0, 90044),
        ("SyncOtherMachine", 0, 90031),
        ("OfflinePushInfo", 0, 90043),
        ("From_Account", 0, 90008),
    ];
    let many = json!({"To_Account": ["bob", "nobody"], "MsgRandom": 7, "MsgSeq": 5, "MsgBody": text()});
    let listed = |from: &str, to: &str, words: &str| {
        json!({
            "From_Account": from, "To_Account": to, "TinyId": TEXT, "MsgSeq": INT, "MsgRandom": INT, "MsgTimeStamp": INT,
            "MsgClientTime": INT, "CloudCustomData": "", "From_AccountNick": TEXT, "From_AccountHeadurl": "", "MsgKey": TEXT,
            "MsgFlagBits": 0, "IsPeerRead": 0, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": words}}],
        })
    };
    vec![
        row("openim/sendmsg", message, json!({"MsgTime": INT, "MsgKey": TEXT}))
            .needs(&[("To_Account", 90003, 90003)])
            .needs(&shared)
            .bad(json!({"To_Account": "nobody"}), 90048)
            .bad(json!({"From_Account": "nobody"}), 90048)
            .bad(json!({"MsgBody": [{"MsgType": "Nope", "MsgContent": {}}]}), 90002)
            .bad(json!({"MsgBody": []}), 90002)
            .bad(json!({"CloudCustomData": long(12_289)}), 80002),
        row(
            "openim/batchsendmsg",
            many,
            json!({"MsgTime": INT, "MsgKey": TEXT, "ErrorList": [{"To_Account": "nobody", "ErrorCode": 70107}]}),
        )
        .needs(&[("To_Account", 90003, 90003)])
        .needs(&shared)
        .bad(json!({"To_Account": []}), 90003)
        .bad(json!({"To_Account": ["nobody", "\u{0}"]}), 90012)
        .bad(json!({"To_Account": names(501)}), 90011)
        .bad(json!({"CloudCustomData": long(12_289)}), 80002),
        row(
            "openim/admin_getroammsg",
            json!({"Operator_Account": ADMIN, "Peer_Account": "alice", "MaxCnt": 10, "MinTime": 0, "MaxTime": 4_000_000_000_u32}),
            json!({
                "Complete": 1, "MsgCnt": 1, "LastMsgTime": INT, "LastMsgKey": TEXT,
                "MsgList": [listed(ADMIN, "alice", "kept")],
            }),
        )
        .needs(&[("Operator_Account", 90008, 90008), ("Peer_Account", 90003, 90003), ("MaxCnt", 0, 20001)])
        .bad(json!({"Peer_Account": "nobody"}), 90048)
        .bad(json!({"LastMsgKey": "nope"}), 90054),
        row("openim/admin_msgwithdraw", withdraw, json!({}))
            .needs(&[("From_Account", 90008, 90008), ("To_Account", 90003, 90003), ("MsgKey", 90054, 90054)])
            .bad(json!({"MsgKey": "1_2"}), 90054)
            .bad(json!({"MsgKey": "1_2_3"}), 20022),
    ]
}

fn group_rows() -> Vec<Row> {
    let shown = json!({
        "GroupId": "r", "ErrorCode": 0, "ErrorInfo": "", "Type": "AVChatRoom", "Name": "Room", "Introduction": "",
        "Notification": "", "FaceUrl": "", "Appid": APP, "Owner_Account": "host", "CreateTime": INT, "InfoSeq": INT,
        "LastInfoTime": INT, "LastMsgTime": INT, "NextMsgSeq": INT, "MemberNum": 1, "MaxMemberNum": INT,
        "ApplyJoinOption": "FreeAccess", "MuteAllMember": "Off", "ShutUpAllMember": "Off",
        "AppDefinedData": [{"Key": "likes", "Value": "0"}], "MemberList": [],
    });
    let speech = json!({"Random": 7, "MsgBody": text()});
    vec![
        row(
            "group_open_http_svc/create_group",
            json!({"Type": "AVChatRoom", "Name": "New", "GroupId": "new", "Owner_Account": "host"}),
            json!({"GroupId": "new", "Type": "AVChatRoom", "HugeGroupFlag": 1}),
        )
        .needs(&[
            ("Type", 10004, 10004),
            ("Name", 10004, 10004),
            ("Owner_Account", 0, 10004),
            ("GroupId", 0, 10004),
        ])
        .bad(json!({"Type": "Public"}), 10004)
        .bad(json!({"Type": "Community"}), 10004)
        .bad(json!({"Name": long(31)}), 10004)
        .bad(json!({"Introduction": long(241)}), 10004)
        .bad(json!({"Notification": long(301)}), 10004)
        .bad(json!({"FaceUrl": long(101)}), 10004)
        .bad(json!({"GroupId": long(49)}), 10015)
        .bad(json!({"GroupId": "@TGS#x"}), 10015)
        .bad(json!({"GroupId": "r"}), 10021)
        .bad(json!({"Owner_Account": "nobody"}), 10019)
        .bad(json!({"MemberList": [{"Member_Account": "bob"}]}), 10007),
        row(
            "group_open_http_svc/get_group_info",
            json!({"GroupIdList": ["r", "nope"]}),
            json!({"GroupInfo": [shown, {"GroupId": "nope", "ErrorCode": 10010, "ErrorInfo": TEXT}]}),
        )
        .needs(&[("GroupIdList", 10004, 10004), ("ResponseFilter", 0, 10004)])
        .bad(json!({"GroupIdList": names(51)}), 10004),
        room(
            "group_open_http_svc/modify_group_base_info",
            json!({"Name": "Other", "MuteAllMember": "On"}),
            json!({}),
        )
        .needs(&[
            ("Name", 0, 10004),
            ("MuteAllMember", 0, 10004),
            ("AppDefinedData", 0, 10004),
        ])
        .bad(json!({"Name": long(31)}), 10004)
        .bad(json!({"MuteAllMember": "Yes"}), 10004)
        .bad(json!({"AppDefinedData": [{"Key": long(17), "Value": "x"}]}), 10004)
        .bad(json!({"AppDefinedData": [{"Key": "k", "Value": long(513)}]}), 10004),
        room("group_open_http_svc/destroy_group", json!({}), json!({})),
        row(
            "group_open_http_svc/get_appid_group_list",
            json!({"Limit": 10, "Next": 0}),
            json!({"TotalCount": 1, "GroupIdList": [{"GroupId": "r"}], "Next": 0}),
        )
        .needs(&[("Limit", 0, 10004), ("Next", 0, 10004), ("GroupType", 0, 10004)])
        .bad(json!({"Limit": 10_001}), 10004)
        .bad(json!({"Limit": 0}), 10004),
        row(
            "group_open_http_svc/get_joined_group_list",
            json!({
                "Member_Account": "alice", "WithHugeGroups": 1,
                "ResponseFilter": {"GroupBaseInfoFilter": ["Type", "Name"], "SelfInfoFilter": ["Role"]},
            }),
            json!({"TotalCount": 1, "GroupIdList": [
                {"GroupId": "r", "Type": "AVChatRoom", "Name": "Room", "SelfInfo": {"Role": "Member"}},
            ]}),
        )
        .needs(&[
            ("Member_Account", 10004, 10004),
            ("WithHugeGroups", 0, 10004),
            ("Limit", 0, 10004),
        ])
        .bad(json!({"Member_Account": "nobody"}), 10019),
        room(
            "group_open_http_svc/send_group_msg",
            speech.clone(),
            json!({"MsgTime": INT, "MsgSeq": INT}),
        )
        .needs(&[
            ("Random", 10004, 10004),
            ("MsgBody", 10004, 10004),
            ("MsgPriority", 0, 10004),
            ("From_Account", 0, 10004),
        ])
        .bad(json!({"MsgPriority": "high"}), 10004)
        .bad(json!({"From_Account": "nobody"}), 10019)
        .bad(json!({"From_Account": "bob"}), 10017)
        .bad(json!({"To_Account": ["alice"]}), 10004)
        .bad(
            json!({"GroupAtInfo": (0..31).map(|_| json!({"GroupAtAllFlag": 0})).collect::<Value>()}),
            10053,
        )
        .bad(json!({"CloudCustomData": long(12_289)}), 80002),
        room(
            "group_open_http_svc/send_group_system_notification",
            json!({"Content": "hi"}),
            json!({}),
        )
        .needs(&[("Content", 10004, 10004)])
        .bad(json!({"ToMembers_Account": names(501)}), 10005),
        row("group_open_http_svc/send_broadcast_msg", speech, json!({"MsgSeq": INT}))
            .needs(&[
                ("Random", 10004, 10004),
                ("MsgBody", 10004, 10004),
                ("From_Account", 0, 10004),
            ])
            .bad(json!({"From_Account": "nobody"}), 10019)
            .bad(json!({"CloudCustomData": long(12_289)}), 80002),
        room(
            "group_open_http_svc/group_msg_recall",
            json!({"MsgSeqList": [{"MsgSeq": 4_000_000_000_u32}]}),
            json!({"RecallRetList": [{"MsgSeq": 4_000_000_000_u32, "RetCode": 10030}]}),
        )
        .needs(&[("MsgSeqList", 10004, 10004)])
        .bad(
            json!({"MsgSeqList": (0..11).map(|n| json!({"MsgSeq": n})).collect::<Value>()}),
            10004,
        ),
        room(
            "group_open_http_svc/delete_group_msg_by_sender",
            json!({"Sender_Account": "alice"}),
            json!({}),
        )
        .needs(&[("Sender_Account", 10004, 10004)]),
        room(
            "group_open_http_svc/get_online_member_num",
            json!({}),
            json!({"OnlineMemberNum": 1}),
        ),
    ]
}

fn moderation_rows() -> Vec<Row> {
    let muted = |command| {
        let answer = json!({
            "GroupId": "r", "MutedAccountList": [{"Member_Account": "bob", "MutedUntil": 4_294_967_295_u32}],
            "ShuttedUinList": [{"Member_Account": "bob", "ShuttedUntil": 4_294_967_295_u32}],
        });
        room(command, json!({}), answer)
    };
    vec![
        room("group_open_http_svc/forbid_send_msg", json!({"Members_Account": ["alice"], "MuteTime": 60}), json!({}))
            .needs(&[("Members_Account", 10004, 10004), ("MuteTime", 10004, 10004)])
            .bad(json!({"Members_Account": names(501)}), 10005)
            .bad(json!({"Members_Account": ["nobody"]}), 10019)
            .bad(json!({"MuteTime": 4_294_967_296_u64}), 10004),
        muted("group_open_http_svc/get_group_muted_account"),
        muted("group_open_http_svc/get_group_shutted_uin"),
        room("group_open_http_svc/ban_group_member", json!({"Members_Account": ["alice"], "Duration": 60}), json!({}))
            .needs(&[("Members_Account", 10004, 10004), ("Duration", 10004, 10004), ("Description", 0, 10004)])
            .bad(json!({"Members_Account": names(21)}), 10005)
            .bad(json!({"Members_Account": ["nobody"]}), 10019)
            .bad(json!({"Duration": 0}), 10004)
            .bad(json!({"Description": long(1_001)}), 10004),
        room("group_open_http_svc/unban_group_member", json!({"Members_Account": ["eve"]}), json!({}))
            .needs(&[("Members_Account", 10004, 10004)])
            .bad(json!({"Members_Account": names(21)}), 10005),
        room(
            "group_open_http_svc/get_group_ban_member",
            json!({"Limit": 10, "Offset": 0}),
            json!({"BannedAccountList": [{"Member_Account": "eve", "BannedUntil": 4_294_967_295_u32}], "NextOffset": 0}),
        )
        .needs(&[("Limit", 0, 10004), ("Offset", 0, 10004)])
        .bad(json!({"Limit": 101}), 10004),
        room("group_open_avchatroom_http_svc/modify_admin", json!({"CommandType": 1, "Admin_Account": ["alice"]}), json!({}))
            .needs(&[("CommandType", 10004, 10004), ("Admin_Account", 10004, 10004)])
            .bad(json!({"CommandType": 3}), 10004)
            .bad(json!({"Admin_Account": ["nobody"]}), 10019)
            .bad(json!({"Admin_Account": names(6)}), 10004),
        room(
            "group_open_avchatroom_http_svc/get_admin_list",
            json!({}),
            json!({"Admin_List": [{"Admin_Account": "bob", "NickName": "", "Avatar": ""}]}),
        ),
    ]
}

fn shared_rows() -> Vec<Row> {
    let http = |command, good, answer| room(command, good, answer);
    let list = "GroupAttr";
    vec![
        http("group_open_http_svc/set_group_attr", json!({list: [{"key": "a", "value": "1"}]}), json!({}))
            .needs(&[(list, 10004, 10004)])
            .bad(json!({list: [{"key": long(33), "value": "1"}]}), 10045)
            .bad(json!({list: [{"key": "", "value": "1"}]}), 10004)
            .bad(json!({list: [{"key": "a"}]}), 10004)
            .bad(json!({list: [{"key": "a", "value": 1}]}), 10004)
            .bad(attributes(1, 4_001), 10046)
            .bad(attributes(17, 1), 10047)
            .bad(attributes(5, 3_201), 10048),
        http("group_open_http_svc/modify_group_attr", json!({list: [{"key": "a", "value": "1"}]}), json!({}))
            .needs(&[(list, 10004, 10004)])
            .bad(json!({list: []}), 10004)
            .bad(attributes(1, 4_001), 10046)
            // One is there.
            .bad(attributes(16, 1), 10047),
        http("group_open_http_svc/delete_group_attr", json!({list: [{"key": "there"}]}), json!({}))
            .needs(&[(list, 10004, 10004)])
            .bad(json!({list: [{"key": "there"}, {"key": "nope"}]}), 10050),
        http("group_open_http_svc/clear_group_attr", json!({}), json!({})),
        http(
            "group_open_attr_http_svc/get_group_attr",
            json!({}),
            json!({"AttrMainSeq": 1, "GroupAttrAry": [{"key": "there", "value": "v", "seq": 1}]}),
        ),
        http(
            "group_open_http_svc/get_group_counter",
            json!({"GroupCounterKeys": ["likes", "nope"]}),
            json!({"GroupCounterSeq": 1, "GroupCounter": [{"Key": "likes", "Value": 9_007_199_254_740_993_i64}]}),
        )
        .needs(&[("GroupCounterKeys", 0, 10004)]),
        http(
            "group_open_http_svc/update_group_counter",
            json!({"GroupCounter": [{"Key": "likes", "Value": -3}, {"Key": "new", "Value": 2}], "Mode": "Decrease"}),
            json!({"GroupCounter": [{"Key": "likes", "Value": 9_007_199_254_740_996_i64}, {"Key": "new", "Value": -2}]}),
        )
        .needs(&[("GroupCounter", 10004, 10004), ("Mode", 0, 10004)])
        .bad(json!({"Mode": "set"}), 10004)
        .bad(json!({"GroupCounter": counters(21)}), 10063)
        .bad(json!({"GroupCounter": [{"Key": long(129), "Value": 1}]}), 10004)
        .bad(json!({"GroupCounter": [{"Key": "k", "Value": 9_223_372_036_854_775_808_u64}]}), 10004)
        .bad(json!({"Mode": "Increase", "GroupCounter": [{"Key": "likes", "Value": i64::MAX}]}), 10004),
        http("group_open_http_svc/delete_group_counter", json!({"GroupCounterKeys": ["likes"]}), json!({}))
            .needs(&[("GroupCounterKeys", 0, 10004)]),
        room(
            "group_open_avchatroom_http_svc/get_members",
            json!({"Timestamp": 0}),
            json!({"MemberList": [{
                "Member_Account": "alice", "JoinTime": INT, "NickName": "Alice", "Avatar": "", "Role": "Member", "Marks": [],
            }], "NextTimestamp": 0}),
        )
        .needs(&[("Timestamp", 0, 10004), ("Mark", 0, 10004)]),
        room(
            "group_open_avchatroom_http_svc/check_members",
            json!({"Member_Account": ["bob", "alice", "nobody"]}),
            json!({"Member_Account": ["alice"]}),
        )
        .needs(&[("Member_Account", 10004, 10004)])
        .bad(json!({"Member_Account": names(501)}), 10005),
        room(
            "group_open_avchatroom_http_svc/modify_user_info",
            json!({"CommandType": 1, "MemberList": [
                {"Member_Account": "alice", "Marks": [1000, 1001]}, {"Member_Account": "bob", "Marks": [1000]},
            ]}),
            json!({"CommandType": 1, "MemberList": [{"Member_Account": "alice"}]}),
        )
        .needs(&[("CommandType", 10004, 10004), ("MemberList", 10004, 10004)])
        .bad(json!({"CommandType": 3}), 10004)
        .bad(json!({"MemberList": [{"Member_Account": "bob", "Marks": [1000]}]}), 10004)
        .bad(json!({"MemberList": [{"Member_Account": "alice", "Marks": [999]}]}), 10004)
        .bad(json!({"MemberList": [{"Member_Account": "alice", "Marks": []}]}), 10004)
        .bad(json!({"MemberList": [{"Member_Account": "alice", "Marks": (1000..1011).collect::<Value>()}]}), 10004)
        .bad(marked(501, 1000), 10005),
        room("group_open_avchatroom_http_svc/add_robots", json!({"Member_Account": ["bob"]}), json!({}))
            .needs(&[("Member_Account", 10004, 10004)])
            .bad(json!({"Member_Account": ["nobody"]}), 10019)
            .bad(json!({"Member_Account": names(501)}), 10005),
        room("group_open_avchatroom_http_svc/del_robots", json!({"Member_Account": ["bob"]}), json!({}))
            .needs(&[("Member_Account", 10004, 10004)]),
    ]
}

fn rows() -> Vec<Row> {
    [
        accounts_rows(),
        direct_rows(),
        group_rows(),
        moderation_rows(),
        shared_rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every row's good call.
pub(crate) fn good_calls() -> Vec<(&'static str, Value)> {
    rows().into_iter().map(|row| (row.command, row.good)).collect()
}

/// A server on which every good call is good: a room of `host` in which `alice` is, `bob` is muted and an admin, `eve` is
/// banned; an attribute, a counter, a message to `alice`. Answers the message's key.
async fn prepared() -> (TestServer, VendorClient, String) {
    let server = TestServer::with(|config| config.limits.attribute_writes_per_s_max = 1_000).await;
    server
        .import(&["host", "bob", "eve", "u0", "u1", "u2", "u3", "u4", "u5"])
        .await;
    server
        .rest_ok(
            "im_open_login_svc/account_import",
            json!({"UserID": "alice", "Nick": "Alice"}),
        )
        .await;
    let medal = json!([{"Tag": "Tag_Profile_Custom_Medal", "Value": "gold"}]);
    for (command, body) in [
        (
            "profile/portrait_set",
            json!({"From_Account": "alice", "ProfileItem": medal}),
        ),
        (
            "group_open_http_svc/create_group",
            json!({"Type": "AVChatRoom", "Name": "Room", "GroupId": "r", "Owner_Account": "host",
                "AppDefinedData": [{"Key": "likes", "Value": "0"}]}),
        ),
        (
            "group_open_http_svc/forbid_send_msg",
            json!({"GroupId": "r", "Members_Account": ["bob"], "MuteTime": u32::MAX}),
        ),
        (
            "group_open_http_svc/ban_group_member",
            json!({"GroupId": "r", "Members_Account": ["eve"], "Duration": u32::MAX}),
        ),
        (
            "group_open_avchatroom_http_svc/modify_admin",
            json!({"GroupId": "r", "CommandType": 1, "Admin_Account": ["bob"]}),
        ),
        (
            "group_open_http_svc/set_group_attr",
            json!({"GroupId": "r", "GroupAttr": [{"key": "there", "value": "v"}]}),
        ),
        (
            "group_open_http_svc/update_group_counter",
            json!({"GroupId": "r", "GroupCounter": [{"Key": "likes", "Value": 9_007_199_254_740_993_i64}]}),
        ),
        (
            "openconfigsvr/setnospeaking",
            json!({"Set_Account": "bob", "GroupmsgNospeakingTime": u32::MAX}),
        ),
    ] {
        server.rest_ok(command, body).await;
    }
    let kept = json!({"To_Account": "alice", "MsgRandom": 1, "MsgSeq": 1, "MsgBody": [
        {"MsgType": "TIMTextElem", "MsgContent": {"Text": "kept"}}]});
    let sent = server.rest_ok("openim/sendmsg", kept).await;
    let alice = VendorClient::member(&server, "alice", "r").await;
    (server, alice, sent["MsgKey"].as_str().unwrap().to_owned())
}

fn merged(body: &Value, difference: &Value) -> Value {
    let mut merged = body.clone();
    for (name, value) in difference.as_object().unwrap() {
        merged[name] = value.clone();
    }
    merged
}

/// Whether an answer is the wanted one, member by member.
fn same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (found, Value::String(kind)) if kind == INT => found.is_u64(),
        (found, Value::String(kind)) if kind == TEXT => found.is_string(),
        (Value::Object(found), Value::Object(wanted)) => {
            found.len() == wanted.len() && wanted.iter().all(|(name, value)| same(&found[name], value))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| same(found, wanted))
        }
        _ => found == wanted,
    }
}

/// The bad calls of a row with their codes.
fn bad_calls(row: &Row, good: &Value) -> Vec<(Value, i64)> {
    let mut calls: Vec<_> = row
        .bad
        .iter()
        .map(|(difference, code)| (merged(good, difference), *code))
        .collect();
    for (member, missing, wrong) in &row.members {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(*member);
        if *missing != 0 {
            calls.push((without, *missing));
        }
        // No member may be true, and none an object where a text, a list or a number belongs.
        for value in [json!(true), json!({"x": [{}]})] {
            let is_object = value.is_object() && ["ResponseFilter", "OfflinePushInfo"].contains(member);
            if *wrong != 0 && !is_object {
                calls.push((merged(good, &json!({*member: value})), *wrong));
            }
        }
    }
    if row.of_room {
        for (id, code) in [("nope", 10010), ("名", 10015), ("", 10015)] {
            calls.push((merged(good, &json!({"GroupId": id})), code));
        }
    }
    calls
}

#[tokio::test]
async fn every_row_answers_as_documented_and_refuses_with_the_documented_codes() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (server, mut alice, key) = prepared().await;
        let mut good = row.good.clone();
        if good["MsgKey"] == "<key>" {
            good["MsgKey"] = json!(key);
        }
        for (body, code) in bad_calls(&row, &good) {
            let answer = server.rest(row.command, body.clone()).await;
            if answer["ErrorCode"] != code {
                wrong.push(format!(
                    "{} {body} is {} and not {code}",
                    row.command, answer["ErrorCode"]
                ));
            }
        }
        // Whoever is no administrator is refused before anything is looked at.
        let app = APP.to_string();
        let ticket = server.ticket("bob");
        let parameters = [("sdkappid", app.as_str()), ("identifier", "bob"), ("usersig", &ticket)];
        let url = server.rest_url(&format!("/v4/{}", row.command), &parameters);
        assert_eq!(
            server.post(&url, good.to_string()).await["ErrorCode"],
            60010,
            "{}",
            row.command
        );
        // All of it refused, nothing has happened: the good call finds everything as it was.
        let mut answer = server.rest(row.command, good.clone()).await;
        let members: &mut Map<_, _> = answer.as_object_mut().unwrap();
        for envelope in ["ActionStatus", "ErrorCode", "ErrorInfo"] {
            let value = members.remove(envelope).unwrap();
            assert_eq!(
                value,
                if envelope == "ActionStatus" {
                    json!("OK")
                } else if envelope == "ErrorCode" {
                    json!(0)
                } else {
                    json!("")
                },
                "{} {good}",
                row.command
            );
        }
        if !same(&answer, &row.answer) {
            wrong.push(format!("{} answers {answer} and not {}", row.command, row.answer));
        }
        // And the member who was there still is, but where he was put out, or the room is gone.
        if !["destroy_group", "ban_group_member", "kick", "account_delete"]
            .iter()
            .any(|end| row.command.ends_with(end))
        {
            alice.call_ok("im_open_status.wshello", json!({})).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_with_its_code() {
    let (server, _alice, _) = prepared().await;
    for (command, code) in REFUSED {
        for body in [
            json!({}),
            json!({"GroupId": "r"}),
            json!({"GroupId": "nope", "MemberList": []}),
        ] {
            let answer = server.rest(command, body).await;
            assert_eq!(answer["ErrorCode"], code, "{command}");
            assert!(
                answer["ErrorInfo"].as_str().unwrap().contains("live room"),
                "{command} says why"
            );
        }
    }
}

#[test]
fn every_command_of_the_server_has_a_row_here_and_the_reverse() {
    let here: BTreeSet<_> = rows()
        .iter()
        .map(|row| row.command)
        .chain(REFUSED.map(|(command, _)| command))
        .collect();
    let there: BTreeSet<_> = commands::ALL.iter().map(|command| command.name).collect();
    assert_eq!(here, there);
}
