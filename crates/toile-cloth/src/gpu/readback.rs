//! Copies buffers back to the CPU.

use crate::error::ClothError;

/// Reads a range of 32-bit words of `buffer`.
pub(crate) fn words(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    what: &'static str,
    buffer: &wgpu::Buffer,
    at: usize,
    len: usize,
) -> Result<Vec<u32>, ClothError> {
    if len == 0 {
        return Ok(Vec::new());
    }
    let fail = |reason: String| ClothError::Readback { what, reason };
    let size = (len * 4) as u64;
    let staging = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(what),
        size,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder =
        device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some(what) });
    encoder.copy_buffer_to_buffer(buffer, (at * 4) as u64, &staging, 0, size);
    queue.submit([encoder.finish()]);
    let (tx, rx) = std::sync::mpsc::channel();
    staging.slice(..).map_async(wgpu::MapMode::Read, move |r| {
        // The receiver outlives the wait below; a failed send means it gave up.
        drop(tx.send(r));
    });
    device
        .poll(wgpu::PollType::wait_indefinitely())
        .map_err(|e| fail(e.to_string()))?;
    rx.recv()
        .map_err(|e| fail(e.to_string()))?
        .map_err(|e| fail(e.to_string()))?;
    let out = bytemuck::pod_collect_to_vec(&staging.slice(..).get_mapped_range()[..]);
    Ok(out)
}

/// Same as [`words`] for floats.
pub(crate) fn floats(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    what: &'static str,
    buffer: &wgpu::Buffer,
    at: usize,
    len: usize,
) -> Result<Vec<f32>, ClothError> {
    Ok(words(device, queue, what, buffer, at, len)?
        .into_iter()
        .map(f32::from_bits)
        .collect())
}
