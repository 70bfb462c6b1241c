//! Bytes: buffers from wherever they lie, and what meshopt has packed.

use std::borrow::Cow;

use base64::Engine as _;
use serde_json::Value;

use crate::document::Document;
use crate::error::{Read, RigError};
use crate::limits;

/// The extension that packs buffer views.
const MESHOPT: &str = "EXT_meshopt_compression";

/// Reads a file beside the one that names it.
pub(crate) type Beside<'a> = &'a mut dyn FnMut(&str) -> Result<Vec<u8>, String>;

/// All bytes of a file.
pub(crate) struct Bytes {
    buffers: Vec<Option<Vec<u8>>>,
    /// Views that had to be unpacked.
    unpacked: Vec<Option<Vec<u8>>>,
}

/// The bytes that a URI stands for: in the URI itself, or in a file beside.
pub(crate) fn fetch(uri: &str, field: &str, beside: Beside<'_>) -> Read<Vec<u8>> {
    if let Some(data) = uri.strip_prefix("data:") {
        let (_, text) = data.split_once(";base64,").ok_or_else(|| {
            RigError::new(
                field,
                "is a data URI that is not base64",
                "export it as .glb",
            )
        })?;
        return base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|e| RigError::new(field, format!("is no base64: {e}"), "export it as .glb"));
    }
    let name = uri.replace("%20", " ");
    // Only files below the folder are a file's own.
    let own = !name.contains("://")
        && !name.starts_with(['/', '\\'])
        && !name
            .split(['/', '\\'])
            .any(|part| part == ".." || part.contains(':'));
    if !own {
        return Err(RigError::new(
            field,
            format!("names '{uri}', which does not lie beside the file"),
            "put it into the same folder, or export as .glb",
        ));
    }
    beside(&name).map_err(|e| {
        RigError::new(
            field,
            format!("names '{uri}': {e}"),
            "put it beside the file, or export as .glb",
        )
    })
}

impl Bytes {
    pub(crate) fn new(
        document: &Document,
        blob: Option<Vec<u8>>,
        beside: Beside<'_>,
    ) -> Read<Self> {
        let mut blob = blob;
        let mut left = limits::BYTES;
        let mut buffers = Vec::new();
        for (i, buffer) in document.buffers.iter().enumerate() {
            let field = format!("buffers[{i}]");
            let bytes = match &buffer.uri {
                Some(uri) => Some(fetch(uri, &format!("{field}.uri"), beside)?),
                // A buffer without bytes stands in for readers that cannot unpack.
                None if buffer.extensions.contains_key(MESHOPT) && (i > 0 || blob.is_none()) => {
                    None
                }
                None if i == 0 => blob.take(),
                None => None,
            };
            if let Some(bytes) = &bytes {
                if bytes.len() < buffer.byte_length {
                    return Err(RigError::new(
                        format!("{field}.byteLength"),
                        format!(
                            "is {}, but there are {} bytes",
                            buffer.byte_length,
                            bytes.len()
                        ),
                        "fetch or export the file again; it is cut off",
                    ));
                }
                left = left
                    .checked_sub(bytes.len())
                    .ok_or_else(|| too_much(&field))?;
            }
            buffers.push(bytes);
        }
        let mut out = Self {
            buffers,
            unpacked: Vec::new(),
        };
        for (i, view) in document.buffer_views.iter().enumerate() {
            let packed = view.extensions.get(MESHOPT);
            let bytes = packed
                .map(|packed| out.unpack(packed, i, &mut left))
                .transpose()?;
            out.unpacked.push(bytes);
        }
        Ok(out)
    }

    /// The bytes of a view.
    pub(crate) fn view(&self, document: &Document, index: usize) -> Read<&[u8]> {
        let field = format!("bufferViews[{index}]");
        let view = document
            .buffer_views
            .get(index)
            .ok_or_else(|| RigError::new(&field, "is named but is not there", "export it again"))?;
        if let Some(Some(bytes)) = self.unpacked.get(index) {
            return Ok(bytes);
        }
        self.slice(view.buffer, view.byte_offset, view.byte_length, &field)
    }

    fn slice(&self, buffer: usize, offset: usize, length: usize, field: &str) -> Read<&[u8]> {
        let bytes = self
            .buffers
            .get(buffer)
            .and_then(Option::as_ref)
            .ok_or_else(|| {
                RigError::new(
                    field,
                    format!("lies in buffer {buffer}, which has no bytes"),
                    "export it again as .glb",
                )
            })?;
        offset
            .checked_add(length)
            .and_then(|end| bytes.get(offset..end))
            .ok_or_else(|| {
                RigError::new(
                    field,
                    format!(
                        "takes {length} bytes at {offset} of buffer {buffer}, which has {}",
                        bytes.len()
                    ),
                    "fetch or export the file again",
                )
            })
    }

    fn unpack(&self, packed: &Value, view: usize, left: &mut usize) -> Read<Vec<u8>> {
        let field = format!("bufferViews[{view}].extensions.{MESHOPT}");
        let number = |name: &str| packed[name].as_u64().map(|n| n as usize);
        let missing =
            |name: &str| RigError::new(&field, format!("has no {name}"), "export it again");
        let count = number("count").ok_or_else(|| missing("count"))?;
        let stride = number("byteStride").ok_or_else(|| missing("byteStride"))?;
        let size = count
            .checked_mul(stride)
            .filter(|&n| n <= *left)
            .ok_or_else(|| too_much(&field))?;
        *left -= size;
        let bytes = self.slice(
            number("buffer").ok_or_else(|| missing("buffer"))?,
            number("byteOffset").unwrap_or(0),
            number("byteLength").ok_or_else(|| missing("byteLength"))?,
            &field,
        )?;
        let mode = packed["mode"].as_str().unwrap_or_default();
        let filter = packed["filter"].as_str().unwrap_or("NONE");
        let out = match mode {
            "ATTRIBUTES" => {
                vertices(bytes, count, stride).and_then(|v| filtered(v, stride, filter))
            }
            "TRIANGLES" if count.is_multiple_of(3) => indices(bytes, count, stride, false),
            "INDICES" => indices(bytes, count, stride, true),
            _ => None,
        };
        out.filter(|out| out.len() == size).ok_or_else(|| {
            RigError::new(
                &field,
                format!("cannot be unpacked (mode {mode}, filter {filter}, stride {stride})"),
                "unpack it with `npx @gltf-transform/cli cp IN.glb OUT.glb` and import OUT.glb",
            )
        })
    }
}

fn too_much(field: &str) -> RigError {
    RigError::new(
        field,
        format!("makes more than {} MiB in all", limits::BYTES >> 20),
        "reduce the avatar's meshes and pictures",
    )
}

/// Unpacks vertices of any stride that the format allows up to 128 bytes.
fn vertices(bytes: &[u8], count: usize, stride: usize) -> Option<Vec<u8>> {
    macro_rules! of {
        ($($words:literal)*) => {
            match stride {
                $(n if n == 4 * $words => {
                    let all: Vec<[[u8; 4]; $words]> = meshopt::decode_vertex_buffer(bytes, count).ok()?;
                    Some(all.as_flattened().as_flattened().to_vec())
                })*
                _ => None,
            }
        };
    }
    of!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

fn filtered(bytes: Vec<u8>, stride: usize, filter: &str) -> Option<Vec<u8>> {
    let shorts = || -> Vec<[i16; 4]> {
        let short = |b: &[u8]| i16::from_le_bytes([b[0], b[1]]);
        let eight = bytes.as_chunks::<8>().0.iter();
        eight
            .map(|c| std::array::from_fn(|k| short(&c[2 * k..])))
            .collect()
    };
    let back = |all: &[[i16; 4]]| {
        all.as_flattened()
            .iter()
            .flat_map(|s| s.to_le_bytes())
            .collect()
    };
    match (filter, stride) {
        ("NONE", _) => Some(bytes),
        ("OCTAHEDRAL", 4) => {
            let four = bytes.as_chunks::<4>().0.iter();
            let mut all: Vec<[i8; 4]> = four.map(|c| c.map(|b| b as i8)).collect();
            meshopt::encoding::decode_filter_oct(&mut all);
            Some(all.as_flattened().iter().map(|b| *b as u8).collect())
        }
        ("OCTAHEDRAL", 8) => {
            let mut all = shorts();
            meshopt::encoding::decode_filter_oct(&mut all);
            Some(back(&all))
        }
        ("QUATERNION", 8) => {
            let mut all = shorts();
            meshopt::encoding::decode_filter_quat(&mut all);
            Some(back(&all))
        }
        ("EXPONENTIAL", n) if n % 4 == 0 => {
            let four = bytes.as_chunks::<4>().0.iter();
            let mut all: Vec<[u32; 1]> = four.map(|c| [u32::from_le_bytes(*c)]).collect();
            meshopt::encoding::decode_filter_exp(&mut all);
            Some(all.iter().flat_map(|[n]| n.to_le_bytes()).collect())
        }
        _ => None,
    }
}

fn indices(bytes: &[u8], count: usize, stride: usize, sequence: bool) -> Option<Vec<u8>> {
    let all: Vec<u32> = if sequence {
        meshopt::decode_index_sequence(bytes, count).ok()?
    } else {
        meshopt::decode_index_buffer(bytes, count).ok()?
    };
    match stride {
        2 => Some(all.iter().flat_map(|&i| (i as u16).to_le_bytes()).collect()),
        4 => Some(all.iter().flat_map(|&i| i.to_le_bytes()).collect()),
        _ => None,
    }
}

/// Bytes of a picture, wherever it lies.
pub(crate) fn picture<'a>(
    document: &Document,
    bytes: &'a Bytes,
    index: usize,
    beside: Beside<'_>,
) -> Read<Cow<'a, [u8]>> {
    let field = format!("images[{index}]");
    let image = document
        .images
        .get(index)
        .ok_or_else(|| RigError::new(&field, "is named but is not there", "export it again"))?;
    match (image.buffer_view, &image.uri) {
        (Some(view), _) => Ok(bytes.view(document, view)?.into()),
        (None, Some(uri)) => Ok(fetch(uri, &format!("{field}.uri"), beside)?.into()),
        (None, None) => Err(RigError::new(
            field,
            "has neither bytes nor a file",
            "export it again",
        )),
    }
}
