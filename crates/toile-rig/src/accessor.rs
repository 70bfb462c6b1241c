//! Numbers: accessors of every component type, plain, normalised or sparse.

use glam::{Mat4, Vec2, Vec3};

use crate::buffers::Bytes;
use crate::document::{Accessor, Document};
use crate::error::{Read, RigError};
use crate::limits;

/// Reads accessors of one file.
pub(crate) struct Numbers<'a> {
    pub(crate) document: &'a Document,
    pub(crate) bytes: &'a Bytes,
}

/// Bytes of a component, by its type.
fn width(component: u32) -> Option<usize> {
    match component {
        5120 | 5121 => Some(1),
        5122 | 5123 => Some(2),
        5125 | 5126 => Some(4),
        _ => None,
    }
}

fn components(shape: &str) -> Option<usize> {
    Some(match shape {
        "SCALAR" => 1,
        "VEC2" => 2,
        "VEC3" => 3,
        "VEC4" => 4,
        "MAT4" => 16,
        _ => return None,
    })
}

/// One component; whole numbers up to 32 bits are exact.
fn number(bytes: &[u8], component: u32, normalized: bool) -> f64 {
    let b = |k: usize| bytes.get(k).copied().unwrap_or(0);
    let short = u16::from_le_bytes([b(0), b(1)]);
    let long = [b(0), b(1), b(2), b(3)];
    let (value, most) = match component {
        5120 => (f64::from(b(0) as i8), 127.0),
        5121 => (f64::from(b(0)), 255.0),
        5122 => (f64::from(short as i16), 32_767.0),
        5123 => (f64::from(short), 65_535.0),
        5125 => (f64::from(u32::from_le_bytes(long)), 4_294_967_295.0),
        _ => return f64::from(f32::from_le_bytes(long)),
    };
    if normalized {
        (value / most).max(-1.0)
    } else {
        value
    }
}

impl Numbers<'_> {
    /// How many elements an accessor claims to have.
    pub(crate) fn count(&self, index: usize) -> Read<usize> {
        Ok(self.find(index)?.count)
    }

    fn find(&self, index: usize) -> Read<&Accessor> {
        self.document.accessors.get(index).ok_or_else(|| {
            RigError::new(
                format!("accessors[{index}]"),
                format!("is named, but there are {}", self.document.accessors.len()),
                "export it again",
            )
        })
    }

    /// All components of an accessor whose elements have one of `shapes`, and how
    /// many an element has.
    fn read(&self, index: usize, shapes: &[&str]) -> Read<(Vec<f64>, usize)> {
        let accessor = self.find(index)?;
        let field = |name: &str| format!("accessors[{index}].{name}");
        let again = "export it again";
        let per = components(&accessor.shape)
            .filter(|_| shapes.contains(&accessor.shape.as_str()))
            .ok_or_else(|| {
                let problem = format!("is '{}'; {} is needed", accessor.shape, shapes.join(" or "));
                RigError::new(field("type"), problem, again)
            })?;
        let wide = width(accessor.component_type).ok_or_else(|| {
            let problem = format!("is {}, which glTF does not know", accessor.component_type);
            RigError::new(field("componentType"), problem, again)
        })?;
        let size = wide * per;
        let total = accessor.count.saturating_mul(per);
        if total > limits::NUMBERS {
            return Err(RigError::new(
                field("count"),
                format!(
                    "is {}; at most {} are read",
                    accessor.count,
                    limits::NUMBERS / per
                ),
                "reduce the mesh",
            ));
        }
        let mut out = Vec::new();
        if let Some(view) = accessor.buffer_view {
            let bytes = self.bytes.view(self.document, view)?;
            let packed = self.document.buffer_views.get(view);
            let stride = packed
                .and_then(|v| v.byte_stride)
                .filter(|&s| s >= size)
                .unwrap_or(size);
            let end = accessor
                .count
                .checked_sub(1)
                .map_or(Some(0), |last| last.checked_mul(stride)?.checked_add(size))
                .and_then(|n| n.checked_add(accessor.byte_offset));
            if end.is_none_or(|end| end > bytes.len() && accessor.count > 0) {
                return Err(RigError::new(
                    field("count"),
                    format!(
                        "claims {} elements of {stride} bytes, but its view has {}",
                        accessor.count,
                        bytes.len()
                    ),
                    "fetch or export the file again",
                ));
            }
            out.reserve(total);
            for element in 0..accessor.count {
                let at = accessor.byte_offset + element * stride;
                for k in 0..per {
                    let from = bytes.get(at + k * wide..).unwrap_or_default();
                    out.push(number(from, accessor.component_type, accessor.normalized));
                }
            }
        } else {
            out.resize(total, 0.0);
        }
        if let Some(sparse) = &accessor.sparse {
            let broken = |problem: String| RigError::new(field("sparse"), problem, again);
            if sparse.count > accessor.count {
                return Err(broken(format!(
                    "has {} of {} elements",
                    sparse.count, accessor.count
                )));
            }
            let part = |view: usize, offset: usize, each: usize| -> Read<&[u8]> {
                let bytes = self.bytes.view(self.document, view)?;
                let length = sparse.count.saturating_mul(each);
                let end = offset.saturating_add(length);
                bytes.get(offset..end).ok_or_else(|| {
                    broken(format!(
                        "claims {} elements, more than its view has",
                        sparse.count
                    ))
                })
            };
            let kind = sparse.indices.component_type;
            let index_wide = width(kind)
                .filter(|_| matches!(kind, 5121 | 5123 | 5125))
                .ok_or_else(|| broken(format!("counts by component type {kind}")))?;
            let ids = part(
                sparse.indices.buffer_view,
                sparse.indices.byte_offset,
                index_wide,
            )?;
            let values = part(sparse.values.buffer_view, sparse.values.byte_offset, size)?;
            for n in 0..sparse.count {
                let element = number(&ids[n * index_wide..], kind, false) as usize;
                if element >= accessor.count {
                    return Err(broken(format!(
                        "sets element {element} of {}",
                        accessor.count
                    )));
                }
                for k in 0..per {
                    out[element * per + k] = number(
                        &values[n * size + k * wide..],
                        accessor.component_type,
                        accessor.normalized,
                    );
                }
            }
        }
        if let Some(at) = out.iter().position(|x| !(*x as f32).is_finite()) {
            return Err(RigError::new(
                format!("accessors[{index}]"),
                format!("holds a number that is not finite, in element {}", at / per),
                "mend the mesh and export it again",
            ));
        }
        Ok((out, per))
    }

    pub(crate) fn points(&self, index: usize) -> Read<Vec<Vec3>> {
        let (all, _) = self.read(index, &["VEC3"])?;
        let point = |p: &[f64; 3]| Vec3::from(p.map(|x| x as f32));
        Ok(all.as_chunks::<3>().0.iter().map(point).collect())
    }

    pub(crate) fn pairs(&self, index: usize) -> Read<Vec<Vec2>> {
        let (all, _) = self.read(index, &["VEC2"])?;
        let pair = |p: &[f64; 2]| Vec2::from(p.map(|x| x as f32));
        Ok(all.as_chunks::<2>().0.iter().map(pair).collect())
    }

    /// Colours, with an alpha of 1 where none is given.
    pub(crate) fn colours(&self, index: usize) -> Read<Vec<[f32; 4]>> {
        let (all, per) = self.read(index, &["VEC3", "VEC4"])?;
        let colour = |c: &[f64]| std::array::from_fn(|k| c.get(k).map_or(1.0, |x| *x as f32));
        Ok(all.chunks(per).map(colour).collect())
    }

    pub(crate) fn weights(&self, index: usize) -> Read<Vec<[f32; 4]>> {
        let (all, _) = self.read(index, &["VEC4"])?;
        Ok(all
            .as_chunks::<4>()
            .0
            .iter()
            .map(|w| w.map(|x| x as f32))
            .collect())
    }

    pub(crate) fn joints(&self, index: usize) -> Read<Vec<[u32; 4]>> {
        let (all, _) = self.read(index, &["VEC4"])?;
        Ok(all
            .as_chunks::<4>()
            .0
            .iter()
            .map(|j| j.map(|x| x as u32))
            .collect())
    }

    pub(crate) fn whole(&self, index: usize) -> Read<Vec<u32>> {
        let (all, _) = self.read(index, &["SCALAR"])?;
        Ok(all.iter().map(|x| *x as u32).collect())
    }

    pub(crate) fn matrices(&self, index: usize) -> Read<Vec<Mat4>> {
        let (all, _) = self.read(index, &["MAT4"])?;
        let matrix = |m: &[f64; 16]| Mat4::from_cols_array(&m.map(|x| x as f32));
        Ok(all.as_chunks::<16>().0.iter().map(matrix).collect())
    }
}
