//! A statement as a table and as a page that a model can read.

use super::Statement;
use std::fmt::Write as _;

/// A cell of a table of comma-separated values (RFC 4180). What a spreadsheet would
/// take for a formula is quoted.
fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if risky {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A name from a file in the words of the page: `rendered_second` as "rendered second".
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}

impl Statement {
    /// Every use as comma-separated values, with a first line of names.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::from(
            "entry,time,twin,licence,client,act,purpose,medium,show,day,look,frames,stills,seconds,fee,currency,per\r\n",
        );
        for line in &self.uses {
            let used = &line.used;
            let cells = [
                line.entry.to_string(),
                line.time.to_string(),
                used.twin.clone(),
                used.licence.clone(),
                used.client.clone(),
                word(&used.act),
                word(&used.kind),
                word(&used.medium),
                used.show.clone(),
                used.day.to_string(),
                used.look.to_string(),
                used.frames.to_string(),
                used.stills.to_string(),
                used.seconds.to_string(),
                used.fee.to_string(),
                used.currency.clone(),
                word(&used.per),
            ];
            out += &cells.map(|text| cell(&text)).join(",");
            out += "\r\n";
        }
        out
    }

    /// The statement as JSON.
    ///
    /// # Errors
    /// A value that has no JSON form.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// A page of HTML that needs nothing else.
    #[must_use]
    pub fn to_html(&self, name: &str) -> String {
        let title = format!("{} · {}", escaped(name), escaped(&self.month));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}}\
             table{{border-collapse:collapse;width:100%;margin:1rem 0}}th,td{{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}}\
             td.n,th.n{{text-align:right;font-variant-numeric:tabular-nums}}.sum{{font-size:1.4rem}}small{{color:#666}}</style>\n\
             <h1>{title}</h1>\n<p>What was done with your twin <b>{}</b> this month, and what is owed for it.</p>\n",
            escaped(&self.twin)
        );
        // Writing to a string does not fail.
        let _ = self.body(&mut out);
        out
    }

    fn body(&self, out: &mut String) -> std::fmt::Result {
        if self.uses.is_empty() && !self.unfinished.is_empty() {
            writeln!(
                out,
                "<p class=\"sum\">No use was told to its end; what was begun is below.</p>"
            )?;
        } else if self.uses.is_empty() {
            writeln!(out, "<p class=\"sum\">It was not used.</p>")?;
        } else {
            writeln!(out, "<p class=\"sum\">Owed:")?;
            let sums = self.owed.iter();
            let sums: Vec<String> = sums
                .map(|(currency, owed)| format!("<b>{owed} {}</b>", escaped(currency)))
                .collect();
            writeln!(out, "{}</p>", sums.join(" and "))?;
            self.tables(out)?;
        }
        for (heading, lines) in [
            ("Begun, and never told how it ended", &self.unfinished),
            ("Refused", &self.refused),
            ("Taken out of a show while it went on", &self.withdrawn),
        ] {
            if !lines.is_empty() {
                writeln!(out, "<h2>{heading}</h2>\n<ul>")?;
                for line in lines {
                    writeln!(out, "<li>{}</li>", escaped(line))?;
                }
                writeln!(out, "</ul>")?;
            }
        }
        if let Some(erased) = self.erased {
            writeln!(
                out,
                "<p>The twin was erased on {}: its files are gone, and it is not used again.</p>",
                erased.strftime("%Y-%m-%d")
            )?;
        }
        if let Some((number, hash)) = self.head {
            writeln!(
                out,
                "<p><small>Made from a ledger whose last entry is {number}, {hash}. Keep this \
                 page: if an entry is taken out of the ledger later, its hash will tell. All \
                 times are UTC.</small></p>"
            )?;
        }
        writeln!(out, "</html>")
    }

    fn tables(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "<h2>Shows</h2>\n<table><tr><th>show<th>client<th>licence<th class=\"n\">on screen<th class=\"n\">stills<th class=\"n\">fees<th class=\"n\">minimum adds<th class=\"n\">owed</tr>"
        )?;
        for sum in &self.shows {
            writeln!(
                out,
                "<tr><td>{}<td>{}<td>{}<td class=\"n\">{} s<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{} {}</tr>",
                escaped(&sum.show),
                escaped(&sum.client),
                escaped(&sum.licence),
                sum.seconds,
                sum.stills,
                sum.fees,
                sum.minimum_adds,
                sum.owed,
                escaped(&sum.currency)
            )?;
        }
        writeln!(out, "</table>")?;
        if !self.payments.is_empty() {
            writeln!(out, "<h2>Who gets it</h2>\n<table>")?;
            for payment in &self.payments {
                writeln!(
                    out,
                    "<tr><td>{}<td class=\"n\">{} {}</tr>",
                    escaped(&payment.payee),
                    payment.amount,
                    escaped(&payment.currency)
                )?;
            }
            writeln!(out, "</table>")?;
        }
        for licence in &self.licences_missing {
            writeln!(
                out,
                "<p>Licence {} is not at hand, so its split is not known.</p>",
                escaped(licence)
            )?;
        }
        writeln!(
            out,
            "<h2>Uses</h2>\n<table><tr><th class=\"n\">entry<th>time<th>show, look<th>what<th>what for<th class=\"n\">frames<th class=\"n\">stills<th class=\"n\">on screen<th class=\"n\">fee</tr>"
        )?;
        for line in &self.uses {
            let used = &line.used;
            writeln!(
                out,
                "<tr><td class=\"n\">{}<td>{}<td>{}, {}<td>{}, {}<td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{} s<td class=\"n\">{} {}</tr>",
                line.entry,
                line.time.strftime("%Y-%m-%d %H:%M"),
                escaped(&used.show),
                used.look,
                word(&used.act),
                word(&used.medium),
                word(&used.kind),
                used.frames,
                used.stills,
                used.seconds,
                used.fee,
                escaped(&used.currency)
            )?;
        }
        writeln!(out, "</table>")
    }
}
