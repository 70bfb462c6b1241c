//! The layout that `docs/bake.md` tells, read by hand.

use toile_bake::{Ingredient, Key, Plan, Writer};

#[test]
fn the_file_is_laid_out_as_its_page_says() {
    let mut key = Key::new();
    key.add("walk", Ingredient::new().numbers(&[24]));
    let hash = key.hash();
    let mut writer = Writer::new(Plan {
        key,
        particles: 3,
        triangles: vec![[0, 1, 2]],
        rate: 24,
        first: 5,
        step_log2: 13,
    })
    .unwrap();
    writer.attach("notes", b"words");
    for _ in 0..17 {
        writer.push([0.0; 3], &[[0.5; 3]; 3]).unwrap();
    }
    let file = writer.finish().unwrap();
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let real = |at: usize| f32::from_bits(number(at));

    assert_eq!(&file[..8], b"toilbake");
    assert_eq!(file[8..10], [1, 0]);
    let head = 14;
    // Particles, triangles, rate, first, frames, group, step.
    let counts = [3, 1, 24, 5, 17, 16, 13];
    for (n, count) in counts.into_iter().enumerate() {
        assert_eq!(number(head + 4 * n), count);
    }
    assert_eq!(real(head + 28), 0.5);
    assert_eq!(real(head + 52), 0.0);
    assert_eq!(file[head + 56..head + 88], hash);
    let parts = head + 88;
    assert_eq!(number(parts), 1);
    assert_eq!(&file[parts + 4..parts + 9], b"\x04walk");
    let chunks = parts + 9 + 16;
    // Triangles, notes, frames 0 to 15, frame 16.
    assert_eq!(number(chunks), 4);
    let mut at = chunks + 4;
    let mut lengths = 0;
    for name in [&b""[..], b"notes", b"", b""] {
        assert_eq!(usize::from(file[at]), name.len());
        at += 1;
        assert_eq!(&file[at..at + name.len()], name);
        at += name.len();
        lengths += number(at) as usize;
        at += 4 + 4 + 8;
    }
    assert_eq!(number(10) as usize, at - head);
    assert_eq!(file.len(), at + 8 + lengths);
}
