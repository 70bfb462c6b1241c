//! Whatever is done to a file, reading it ends, in time and without a panic.

use crate::rigs;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use toile_rig::{Notes, import};

fn golden() -> &'static (Value, Vec<u8>) {
    static GOLDEN: OnceLock<(Value, Vec<u8>)> = OnceLock::new();
    GOLDEN.get_or_init(|| {
        let mut person = rigs::vrm1();
        person.packed = true;
        person.gltf()
    })
}

fn read(bytes: &[u8]) {
    let none = &mut |_: &str| Err("there is none".to_owned());
    let start = Instant::now();
    let out = import(bytes, "random.glb", none, &Notes::default());
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "took {:?}",
        start.elapsed()
    );
    if let Err(error) = out {
        assert!(!error.field.is_empty() && !error.mend.is_empty());
    }
}

/// Every place in a JSON value.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(list) => {
            for (i, v) in list.iter().enumerate() {
                places(v, &format!("{at}/{i}"), out);
            }
        }
        Value::Object(map) => {
            for (k, v) in map {
                places(
                    v,
                    &format!("{at}/{}", k.replace('~', "~0").replace('/', "~1")),
                    out,
                );
            }
        }
        _ => {}
    }
}

fn instead() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!("")),
        Just(json!(true)),
        any::<u32>().prop_map(|n| json!(n)),
        (0u32..80).prop_map(|n| json!(n)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|x| json!(x)),
        Just(json!([0, 0])),
        Just(json!(1e38)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_the_json_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), instead()), 1..5)
    ) {
        let (document, bytes) = golden();
        let mut all = Vec::new();
        places(document, "", &mut all);
        let mut changed = document.clone();
        for (place, value) in changes {
            if let Some(at) = changed.pointer_mut(&all[place.index(all.len())]) {
                *at = value;
            }
        }
        read(&crate::golden::container(&changed, bytes));
    }

    #[test]
    fn any_change_of_the_bytes_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let (document, bytes) = golden();
        let mut bytes = crate::golden::container(document, bytes);
        for (place, value) in changes {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read(&bytes);
    }
}
