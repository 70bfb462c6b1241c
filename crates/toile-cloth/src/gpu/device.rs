//! A device for tests, benches and command-line tools.

use crate::error::ClothError;

/// Which adapter a tool runs on, for reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterSummary {
    /// Adapter name as the driver gives it.
    pub name: String,
    /// Graphics API.
    pub backend: String,
    /// Driver name and version.
    pub driver: String,
    /// Whether the adapter is a software rasteriser.
    pub software: bool,
}

/// Opens the best adapter with the default limits the kernels need (at most
/// 8 storage buffers per stage).
///
/// # Errors
/// [`ClothError::NoAdapter`] when no driver answers, [`ClothError::NoDevice`]
/// when the adapter refuses.
pub fn request_device() -> Result<(wgpu::Device, wgpu::Queue, AdapterSummary), ClothError> {
    let instance = wgpu::Instance::default();
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    let adapter = pollster::block_on(instance.request_adapter(&options))
        .map_err(|e| ClothError::NoAdapter(e.to_string()))?;
    let info = adapter.get_info();
    let offered = adapter.limits();
    let descriptor = wgpu::DeviceDescriptor {
        label: Some("toile cloth"),
        // Large sheets need larger buffers than every adapter must have.
        required_limits: wgpu::Limits {
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
            max_buffer_size: offered.max_buffer_size,
            ..wgpu::Limits::default()
        },
        ..Default::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).map_err(|e| {
        ClothError::NoDevice {
            adapter: info.name.clone(),
            reason: e.to_string(),
        }
    })?;
    let summary = AdapterSummary {
        name: info.name,
        backend: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info)
            .trim()
            .to_owned(),
        software: info.device_type == wgpu::DeviceType::Cpu,
    };
    Ok((device, queue, summary))
}
