//! The one canonical form of a record: the JSON Canonicalization Scheme (RFC 8785).
//!
//! Records hold no fractions, so the scheme's rule for them is left out and one is
//! refused. Crates that have it turn on features of `serde_json` for the whole program.

use serde::{Serialize, ser::Error as _};
use serde_json::{Error, Value};

/// The canonical form of a value.
///
/// # Errors
/// A value that has no JSON form, or holds a fraction.
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    write(&serde_json::to_value(value)?, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
    match value {
        Value::Number(number) if number.is_f64() => Err(Error::custom(format!(
            "{number} is a fraction; records hold none"
        ))),
        // Escapes strings as the scheme asks.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            serde_json::to_writer(out, value)
        }
        Value::Array(list) => {
            out.push(b'[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
            Ok(())
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, name)?;
                out.push(b':');
                write(value, out)?;
            }
            out.push(b'}');
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use serde_json::{Value, json};

    fn text(value: &Value) -> String {
        String::from_utf8(canonical(value).unwrap()).unwrap()
    }

    #[test]
    fn names_are_sorted_as_the_scheme_shows() {
        // The names of RFC 8785, section 3.2.3, and their order.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let text = text(&value);
        let places: Vec<usize> = [
            "Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew",
        ]
        .iter()
        .map(|word| text.find(word).unwrap())
        .collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn strings_are_escaped_as_the_scheme_asks() {
        let value = json!("\u{20ac}$\u{f}\nA'B\"\\\"/\u{7f}");
        assert_eq!(
            text(&value),
            "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\"/\u{7f}\""
        );
    }

    #[test]
    fn nothing_stands_between_tokens_and_fractions_are_refused() {
        assert_eq!(
            text(&json!({"b": [1, null, true], "a": {}})),
            "{\"a\":{},\"b\":[1,null,true]}"
        );
        assert!(canonical(&json!({"a": 0.5})).is_err());
    }
}
