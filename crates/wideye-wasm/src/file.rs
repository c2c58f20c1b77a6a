use std::io::{self, Read, Seek, SeekFrom};

use js_sys::Uint8Array;

/// Reads an array of JavaScript without copying all of it into wasm's memory, which never shrinks.
pub struct File {
    bytes: Uint8Array,
    at: u32,
}

impl File {
    pub fn new(bytes: Uint8Array) -> Self {
        Self { bytes, at: 0 }
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.length().saturating_sub(self.at) as usize;
        let count = buffer.len().min(left);
        let end = self.at + count as u32;
        self.bytes
            .subarray(self.at, end)
            .copy_to(&mut buffer[..count]);
        self.at = end;
        Ok(count)
    }
}

impl Seek for File {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let to = match position {
            SeekFrom::Start(offset) => i64::try_from(offset).ok(),
            SeekFrom::End(offset) => i64::from(self.bytes.length()).checked_add(offset),
            SeekFrom::Current(offset) => i64::from(self.at).checked_add(offset),
        };
        // Nothing is beyond 4 GiB, so whatever lies there may as well lie at it.
        let to = to
            .filter(|&to| to >= 0)
            .ok_or(io::ErrorKind::InvalidInput)?;
        self.at = u32::try_from(to).unwrap_or(u32::MAX);
        Ok(self.at.into())
    }
}
