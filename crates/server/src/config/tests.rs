use super::*;
use proptest::prelude::*;
use std::{fs, path::Path};
use tempfile::TempDir;

/// Sources with a file, an environment and flags, and the folder in which the files live.
struct Setup {
    folder: TempDir,
    sources: Sources,
}

/// One sound app, so that a test can be about something else.
fn setup() -> Setup {
    let flags = Flags {
        apps: vec![Secret::new("1:secret")],
        ..Flags::default()
    };
    Setup {
        folder: tempfile::tempdir().unwrap(),
        sources: Sources {
            flags,
            ..Sources::default()
        },
    }
}

impl Setup {
    fn no_app(mut self) -> Self {
        self.sources.flags.apps.clear();
        self
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn file(mut self, text: &str) -> Self {
        self.sources.file = Some(self.write("p.toml", text));
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.env.0.push((name.into(), value.into()));
        self
    }

    fn set(mut self, assignment: &str) -> Self {
        self.sources.flags.set.push(assignment.into());
        self
    }

    fn app(mut self, text: &str) -> Self {
        self.sources.flags.apps.push(Secret::new(text));
        self
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.sources)
    }

    fn config(&self) -> Config {
        self.load().unwrap()
    }

    /// The error's text, with the folder's random name taken out.
    fn error(&self) -> String {
        let text = self.load().expect_err("refused").to_string();
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn keys(app: &App) -> Vec<&str> {
    app.keys.iter().map(Secret::reveal).collect()
}

fn numbers() -> Vec<Field> {
    let fields = sections::all().into_iter().flat_map(|section| section.fields);
    fields.filter(|field| field.bounds.is_some()).collect()
}

#[test]
fn with_an_app_alone_everything_has_its_default() {
    let config = setup().config();
    assert_eq!(config.apps, [App::new(AppId(1), Secret::new("secret"))]);
    assert_eq!(config.apps[0].admins, [room::UserId::new("administrator").unwrap()]);
    assert_eq!(
        Config {
            apps: Vec::new(),
            ..config
        },
        Config::default()
    );
}

#[test]
fn a_later_source_wins() {
    let base =
        || setup().file("listen = '127.0.0.1:2'\n[hub]\ntick_ms = 2\nshards = 2\n[admin]\nlisten = '127.0.0.1:12'");
    let config = base().config();
    assert_eq!((config.listen.port(), config.hub.tick_ms, config.hub.shards), (2, 2, 2));
    let env = || {
        base()
            .env("PLAUDIT_HUB__TICK_MS", "3")
            .env("PLAUDIT_LISTEN", "127.0.0.1:3")
    };
    let config = env().config();
    assert_eq!((config.listen.port(), config.hub.tick_ms, config.hub.shards), (3, 3, 2));
    let set = || {
        env()
            .set("hub.tick_ms=4")
            .set("listen=127.0.0.1:4")
            .set("admin.listen=127.0.0.1:14")
    };
    let config = set().config();
    assert_eq!((config.listen.port(), config.hub.tick_ms, config.hub.shards), (4, 4, 2));
    let mut flags = set();
    flags.sources.flags.listen = Some("127.0.0.1:5".into());
    flags.sources.flags.admin_listen = Some(String::new());
    flags.sources.flags.data = Some("elsewhere".into());
    let config = flags.config();
    assert_eq!((config.listen.port(), config.admin.listen), (5, None));
    assert_eq!(config.data, Path::new("elsewhere"));
}

#[test]
fn the_environment_can_name_the_file_and_a_flag_names_another() {
    let mut setup = setup();
    let (a, b) = (
        setup.write("a", "[hub]\ntick_ms = 1"),
        setup.write("b", "[hub]\ntick_ms = 2"),
    );
    setup = setup.env("PLAUDIT_CONFIG", a.to_str().unwrap());
    assert_eq!(setup.config().hub.tick_ms, 1);
    setup.sources.file = Some(b);
    assert_eq!(setup.config().hub.tick_ms, 2);
}

#[test]
fn every_kind_of_value_is_read_from_a_file_and_from_text() {
    let networks: Vec<ipnet::IpNet> = ["10.0.0.1/32", "10.1.0.0/16", "::1/128"]
        .map(|text| text.parse().unwrap())
        .into();
    let file = "[log]\nlevel = 'warn,server=debug'\nformat = 'json'\n[rooms]\njoin_tips = false\n[websdk]\n\
                delivery = 'poll'\n[proxies]\ntrusted = ['10.0.0.1', '10.1.0.0/16', '::1']";
    let text = setup()
        .env("PLAUDIT_LOG__LEVEL", "warn,server=debug")
        .env("PLAUDIT_LOG__FORMAT", "json")
        .env("PLAUDIT_ROOMS__JOIN_TIPS", "false")
        .set("websdk.delivery=poll")
        .set("proxies.trusted=10.0.0.1, 10.1.0.0/16,::1");
    for config in [setup().file(file).config(), text.config()] {
        assert_eq!(
            (config.log.level.as_str(), config.log.format),
            ("warn,server=debug", LogFormat::Json)
        );
        assert_eq!(
            (config.rooms.join_tips, config.websdk.delivery),
            (false, Delivery::Poll)
        );
        assert_eq!(config.proxies.trusted, networks);
        assert_eq!(
            config.apps[0].delivery,
            Delivery::Poll,
            "an app without its own follows the server's"
        );
    }
}

#[test]
fn every_setting_can_be_given_as_a_variable_and_as_a_flag() {
    for field in sections::all().into_iter().flat_map(|section| section.fields) {
        let text = match &field.default {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(_) => String::new(),
            other => other.to_string(),
        };
        setup()
            .env(&field.variable(), &text)
            .set(&format!("{}={text}", field.path()))
            .config();
    }
}

#[test]
fn every_number_is_taken_at_its_limits_and_refused_one_past() {
    for field in numbers() {
        let (min, max) = field.bounds.unwrap();
        let path = field.path();
        for sound in [min, max] {
            setup().set(&format!("{path}={sound}")).config();
        }
        for wrong in [min.checked_sub(1), Some(max + 1)].into_iter().flatten() {
            let expected = format!("{path} = {wrong}: must be between {min} and {max} (set by --set)");
            assert_eq!(setup().set(&format!("{path}={wrong}")).error(), expected);
            let file = match field.section {
                "" => format!("{} = {wrong}", field.key),
                section => format!("[{section}]\n{} = {wrong}", field.key),
            };
            let expected = format!("{path} = {wrong}: must be between {min} and {max} (set by p.toml)");
            assert_eq!(setup().file(&file).error(), expected);
        }
        setup().set(&format!("{path}=-1")).error();
        setup().set(&format!("{path}=1.5")).error();
        setup().set(&format!("{path}=many")).error();
    }
}

#[test]
fn every_number_has_a_range() {
    for field in sections::all().into_iter().flat_map(|section| section.fields) {
        assert_eq!(field.bounds.is_some(), field.default.is_integer(), "{}", field.path());
    }
}

#[test]
fn every_error_names_the_field_the_value_and_what_is_allowed() {
    let table = [
        (
            setup().set("limits.frame_bytes_max=12"),
            "limits.frame_bytes_max = 12: must be between 16384 and 16777216 (set by --set)",
        ),
        (
            setup().env("PLAUDIT_LISTEN", "8080"),
            "listen = 8080: must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080 (set by PLAUDIT_LISTEN)",
        ),
        (
            setup().file("listen = 8080"),
            "listen = 8080: must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080 (set by p.toml)",
        ),
        (
            setup().set("admin.listen=off"),
            "admin.listen = off: must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080, or \"\" for off (set by --set)",
        ),
        (setup().set("data="), "data = \"\": must be a path (set by --set)"),
        (
            setup().set("rooms.join_tips=yes"),
            "rooms.join_tips = yes: must be true or false (set by --set)",
        ),
        (
            setup().file("[log]\nformat = 'xml'"),
            "log.format = \"xml\": must be \"human\" or \"json\" (set by p.toml)",
        ),
        (
            setup().set("log.level=loud=very"),
            "log.level = loud=very: must be error, warn, info, debug, trace, off, or a list such as info,server=debug (set by --set)",
        ),
        (
            setup().set("proxies.trusted=10.0.0.0/33"),
            "proxies.trusted = 10.0.0.0/33: must be a list of addresses and networks, such as 10.0.0.1 and 10.1.0.0/16 (set by --set)",
        ),
        (
            setup().set("hub"),
            "--set = hub: must be section.key=value, such as hub.tick_ms=50 (set by the command line)",
        ),
        (
            setup().set("apps=1:x"),
            "apps: cannot be given here; use --app, PLAUDIT_APP or [[apps]] in a file (set by --set)",
        ),
        (
            setup().file("hub = 5"),
            "hub = 5: must be a section, [hub] (set by p.toml)",
        ),
        (
            setup().file("[limits]\nframes_bytes_max = 1"),
            "limits.frames_bytes_max: there is no such setting; did you mean limits.frame_bytes_max? (in p.toml)",
        ),
        (
            setup().file("[limit]\nframe_bytes_max = 1"),
            "[limit]: there is no such section; did you mean [limits]? (in p.toml)",
        ),
        (
            setup().set("completely.different=1"),
            "completely.different: there is no such setting (in --set)",
        ),
        (
            setup().env("PLAUDIT_HUB__TICKS_MS", "1"),
            "PLAUDIT_HUB__TICKS_MS: there is no such setting; did you mean PLAUDIT_HUB__TICK_MS? (in the environment)",
        ),
        (
            setup().env("PLAUDIT_APPS", "1:x"),
            "PLAUDIT_APPS: there is no such setting; did you mean PLAUDIT_APP? (in the environment)",
        ),
        (setup().file("[hub]\ntick_ms = = 3"), "p.toml: line 2:"),
        (
            setup().env("PLAUDIT_CONFIG", "/nowhere"),
            "PLAUDIT_CONFIG = /nowhere: cannot read the file:",
        ),
        (
            setup().env("PLAUDIT_APP_FILE", "/nowhere/at/all"),
            "PLAUDIT_APP_FILE = /nowhere/at/all: cannot read the file:",
        ),
        (
            setup().set("admin.listen=127.0.0.1:8080"),
            "admin.listen = 127.0.0.1:8080: must differ from listen, or be \"\" for no admin listener",
        ),
        (setup().no_app(), "apps: there is none; give one with --app ID:SECRET"),
    ];
    for (setup, expected) in table {
        let error = setup.error();
        assert!(error.starts_with(expected), "{error}\nis not\n{expected}");
    }
}

#[test]
fn every_error_about_apps_says_what_is_allowed_and_shows_no_key() {
    let one = |inner: &str| {
        setup()
            .no_app()
            .file(&format!("[[apps]]\nid = 7\nkeys = ['k']\n{inner}"))
    };
    let bare = |inner: &str| setup().no_app().file(&format!("[[apps]]\n{inner}"));
    let table = [
        (
            setup().app("Sesame"),
            "--app: must be ID:SECRET, where ID is a whole number between 1 and 4294967295",
        ),
        (setup().app("Sesame:7"), "--app: must be ID:SECRET"),
        (setup().app("0:Sesame"), "--app: must be ID:SECRET"),
        (setup().app("4294967296:Sesame"), "--app: must be ID:SECRET"),
        (setup().app("2:"), "the key of app 2 in --app: is empty"),
        (
            setup().app("2:Ses ame"),
            "the key of app 2 in --app: must be printable ASCII without spaces",
        ),
        (setup().app("1:Sesame"), "apps.1: stands here twice"),
        (setup().app("2:secret"), "apps.2.keys: has a key that is given twice"),
        (
            setup().no_app().env("PLAUDIT_APP", "Sesame"),
            "PLAUDIT_APP: must be ID:SECRET",
        ),
        (
            setup().no_app().file("apps = 5"),
            "apps: must be a list of sections, [[apps]] (set by p.toml)",
        ),
        (
            bare("keys = ['Sesame']"),
            "apps, number 1: id: is missing; must be a whole number between 1 and 4294967295",
        ),
        (
            bare("id = 0\nkeys = ['Sesame']"),
            "apps, number 1: id = 0: must be a whole number between 1 and",
        ),
        (bare("id = 7"), "apps.7.keys: is missing"),
        (bare("id = 7\nkeys = []"), "apps.7.keys: must be a list of one or two"),
        (
            bare("id = 7\nkeys = 'Sesame'"),
            "apps.7.keys: must be a list of one or two",
        ),
        (
            bare("id = 7\nkeys = ['Sesame1', 'Sesame2', 'Sesame3']"),
            "apps.7.keys: must be a list of one or two",
        ),
        (bare("id = 7\nkeys = ['']"), "apps.7.keys: is empty"),
        (
            bare("id = 7\nkeys = ['Sesame', 'Sesame']"),
            "apps.7.keys: has a key that is given twice",
        ),
        (
            bare("id = 7\nkey = ['Sesame']"),
            "apps.7.key: there is no such setting; did you mean apps.7.keys? (in p.toml)",
        ),
        (
            bare("id = 7\nkey_files = ['/nowhere']"),
            "apps.7.key_files = /nowhere: cannot read the file:",
        ),
        (bare("id = 7\nkeys = [Sesame]"), "p.toml: line 3:"),
        (
            one("key_files = ['x']"),
            "apps.7.key_files: must not stand beside `keys`",
        ),
        (
            one("admins = []"),
            "apps.7.admins = []: must be a list of at least one user id",
        ),
        (
            one("admins = ['']"),
            "apps.7.admins = \"\": must be a user id of 1 to 32 bytes of printable ASCII; this one is empty",
        ),
        (
            one("admins = ['@TIM#x']"),
            "apps.7.admins = \"@TIM#x\": must be a user id of",
        ),
        (
            one("origins = ['live.example.com']"),
            "apps.7.origins = [\"live.example.com\"]: must be a list of origins such as https://live.example.com, without a path",
        ),
        (one("origins = ['https://live.example.com/']"), "apps.7.origins ="),
        (
            one("delivery = 'pull'"),
            "apps.7.delivery = \"pull\": must be \"push\" or \"poll\"",
        ),
        (one("[[apps]]\nid = 7\nkeys = ['Sesame']"), "apps.7: stands here twice"),
        (
            one("[[apps]]\nid = 8\nkeys = ['k']"),
            "apps.8.keys: has a key that is given twice",
        ),
    ];
    for (setup, expected) in table {
        let error = setup.error();
        assert!(error.starts_with(expected), "{error}\nis not\n{expected}");
        assert!(!error.contains("Sesame"), "{error}");
    }
    let mut admins = setup();
    admins.sources.flags.admins = vec!["名".into()];
    assert!(
        admins
            .error()
            .starts_with("--admin = \"名\": must be a user id of 1 to 32 bytes of printable ASCII")
    );
    let mut admins = admins.no_app();
    admins.sources.flags.admins = vec!["root".into()];
    assert!(
        admins
            .error()
            .starts_with("--admin = root: is about the apps of --app or --app-file, and there are none")
    );
}

#[test]
fn an_app_in_a_file_has_all_its_settings() {
    let setup = setup().no_app();
    let (old, new) = (setup.write("old", "old-key\n"), setup.write("new", "  new-key  "));
    let config = setup
        .file(&format!(
            "[[apps]]\nid = 7\nkey_files = ['{}', '{}']\nadmins = ['root']\n\
             origins = ['https://Live.example.com', 'http://[::1]:8000']\ndelivery = 'poll'\n\
             [[apps]]\nid = 3\nkeys = ['k']",
            new.display(),
            old.display()
        ))
        .config();
    assert_eq!(config.apps.iter().map(|app| app.id.0).collect::<Vec<_>>(), [3, 7]);
    let app = config.app(AppId(7)).unwrap();
    assert_eq!(keys(app), ["new-key", "old-key"]);
    assert_eq!(app.origins, ["https://live.example.com", "http://[::1]:8000"]);
    assert_eq!((app.admins[0].as_str(), app.delivery), ("root", Delivery::Poll));
    assert_eq!(config.app(AppId(3)).unwrap().delivery, Delivery::Push);
    assert_eq!(config.app(AppId(4)), None);
}

#[test]
fn a_later_source_gives_the_keys_and_keeps_the_rest_of_an_app() {
    let file = || {
        setup()
            .no_app()
            .file("[[apps]]\nid = 7\norigins = ['https://a.b']\n[[apps]]\nid = 8\nkeys = ['x']")
    };
    let config = file().env("PLAUDIT_APP", "7:from-env, 9:other").config();
    let app = config.app(AppId(7)).unwrap();
    assert_eq!((keys(app), app.origins.len()), (vec!["from-env"], 1));
    assert_eq!(config.apps.len(), 3);
    let config = file().env("PLAUDIT_APP", "7:from-env").app("7:from-flag").config();
    assert_eq!(keys(config.app(AppId(7)).unwrap()), ["from-flag"]);
}

#[test]
fn app_files_have_one_app_per_line() {
    let mut setup = setup();
    let path = setup.write("apps", "# ours\n2:b\n\n  3:c  \n");
    setup.sources.flags.app_files = vec![path];
    setup.sources.flags.admins = vec!["root".into()];
    let config = setup.config();
    assert_eq!(
        config.apps.iter().flat_map(keys).collect::<Vec<_>>(),
        ["secret", "b", "c"]
    );
    assert!(config.apps.iter().all(|app| app.admins[0].as_str() == "root"));
    setup.write("apps", "2:b\noops\n");
    assert!(
        setup.error().starts_with("apps line 2: must be ID:SECRET"),
        "{}",
        setup.error()
    );
}

#[test]
fn variables_that_kubernetes_makes_are_not_ours() {
    setup()
        .env("PLAUDIT_SERVICE_HOST", "10.0.0.1")
        .env("PLAUDIT_PORT", "tcp://10.0.0.1:80")
        .env("PLAUDIT_PORT_80_TCP", "tcp://10.0.0.1:80")
        .env("PATH", "/bin")
        .config();
}

#[test]
fn the_demo_key_serves_on_loopback_only() {
    assert!(DEMO_KEY.len() == 64 && DEMO_KEY.bytes().all(|b| b.is_ascii_hexdigit()));
    let demo = |listen: &str| setup().app(&format!("2:{DEMO_KEY}")).set(&format!("listen={listen}"));
    demo("127.0.0.1:80").config();
    demo("[::1]:80").config();
    for open in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
        let error = demo(open).error();
        let expected =
            format!("listen = {open}: must be a loopback address such as 127.0.0.1:80, because app 2 has the demo key");
        assert!(error.starts_with(&expected), "{error}");
        assert!(!error.contains(DEMO_KEY));
        setup().set(&format!("listen={open}")).config();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_key_is_in_no_error_and_no_debug_text(key in "[A-Za-z0-9+/]{12,64}", place in 0..12_usize) {
        let setup = match place {
            0 => setup().app(&key),
            1 => setup().app(&format!("2:{key}")),
            2 => setup().app(&format!("2:{key}")).app(&format!("3:{key}")),
            3 => setup().app(&format!("{key}:2")),
            4 => setup().app(&format!("2:{key} {key}")),
            5 => setup().env("PLAUDIT_APP", &format!("1:{key},{key}")),
            6 => setup().file(&format!("[[apps]]\nid = 2\nkeys = [{key}]")),
            7 => setup().file(&format!("[[apps]]\nid = 2\nkeys = '{key}'")),
            8 => setup().file(&format!("[[apps]]\nid = 2\nkey = ['{key}']")),
            9 => setup().file(&format!("[[apps]]\nid = 2\nkeys = ['{key}\nx = 1")),
            10 => setup().file(&format!("[[apps]]\nid = 2\nkeys = ['{key}']\n[hub]\ntick_ms = 'x'")),
            _ => setup().file(&format!("[[apps]]\nid = 2\nkeys = ['{key}', 5]")),
        };
        let shown = match setup.load() {
            Ok(config) => format!("{config:?} {config:#?}"),
            Err(error) => format!("{error} {error:?} {error:#?}"),
        };
        prop_assert!(!shown.contains(&key), "{}", shown);
        let sources = format!("{:?} {:#?}", setup.sources, setup.sources);
        prop_assert!(!sources.contains(&key), "{}", sources);
    }
}
