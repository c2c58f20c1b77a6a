use tract_core::internal::*;

use crate::onnx::{DataType, TensorProto};

/// The element type as the graph computes with it.
pub(crate) fn datum_type(code: i32) -> TractResult<DatumType> {
    Ok(match DataType::new(code) {
        Some(DataType::Float) => f32::datum_type(),
        Some(DataType::Uint8) => u8::datum_type(),
        Some(DataType::Int8) => i8::datum_type(),
        Some(DataType::Int32) => i32::datum_type(),
        Some(DataType::Int64) => i64::datum_type(),
        Some(DataType::Bool) => bool::datum_type(),
        Some(DataType::Float16) => f16::datum_type(),
        Some(DataType::Double) => f64::datum_type(),
        None => bail!("element type {code} is not supported"),
    })
}

/// Reads a tensor that is stored in the file.
pub(crate) fn tensor(proto: &TensorProto) -> TractResult<Tensor> {
    ensure!(
        proto.external_data.is_empty(),
        "tensor {:?} is stored in another file",
        proto.name
    );
    let sides: Option<Vec<usize>> = proto
        .dims
        .iter()
        .map(|&side| usize::try_from(side).ok())
        .collect();
    let tensor = sides
        .with_context(|| format!("negative sides {:?}", proto.dims))
        .and_then(|sides| values(proto, &sides));
    tensor.with_context(|| format!("reading tensor {:?}", proto.name))
}

fn values(proto: &TensorProto, sides: &[usize]) -> TractResult<Tensor> {
    let raw = &proto.raw_data[..];
    let ints = proto.int32_data.iter();
    Ok(match datum_type(proto.data_type)? {
        DatumType::F32 if raw.is_empty() => shaped(sides, &proto.float_data)?,
        DatumType::F32 => shaped(sides, &numbers(raw, f32::from_le_bytes)?)?,
        DatumType::F64 if raw.is_empty() => shaped(sides, &proto.double_data)?,
        DatumType::F64 => shaped(sides, &numbers(raw, f64::from_le_bytes)?)?,
        DatumType::F16 if raw.is_empty() => {
            let bits = ints.map(|&bits| f16::from_bits(bits as u16));
            shaped(sides, &bits.collect::<Vec<_>>())?
        }
        DatumType::F16 => shaped(sides, &numbers(raw, f16::from_le_bytes)?)?,
        DatumType::I64 if raw.is_empty() => shaped(sides, &proto.int64_data)?,
        DatumType::I64 => shaped(sides, &numbers(raw, i64::from_le_bytes)?)?,
        DatumType::I32 if raw.is_empty() => shaped(sides, &proto.int32_data)?,
        DatumType::I32 => shaped(sides, &numbers(raw, i32::from_le_bytes)?)?,
        DatumType::I8 if raw.is_empty() => {
            shaped(sides, &ints.map(|&value| value as i8).collect::<Vec<_>>())?
        }
        DatumType::I8 => shaped(sides, &numbers(raw, i8::from_le_bytes)?)?,
        DatumType::U8 if raw.is_empty() => {
            shaped(sides, &ints.map(|&value| value as u8).collect::<Vec<_>>())?
        }
        DatumType::U8 => shaped(sides, raw)?,
        _ if raw.is_empty() => shaped(sides, &ints.map(|&value| value != 0).collect::<Vec<_>>())?,
        _ => shaped(sides, &numbers(raw, |[byte]| byte != 0)?)?,
    })
}

fn numbers<const N: usize, T>(raw: &[u8], read: impl Fn([u8; N]) -> T) -> TractResult<Vec<T>> {
    let (chunks, rest) = raw.as_chunks::<N>();
    ensure!(
        rest.is_empty(),
        "{} bytes are no whole number of values",
        raw.len()
    );
    Ok(chunks.iter().map(|&bytes| read(bytes)).collect())
}

fn shaped<T: Datum + Copy>(sides: &[usize], values: &[T]) -> TractResult<Tensor> {
    let expected = sides
        .iter()
        .try_fold(1usize, |n, &side| n.checked_mul(side));
    ensure!(
        expected == Some(values.len()),
        "{} values do not fill {sides:?}",
        values.len()
    );
    Tensor::from_shape(sides, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proto(data_type: i32, dims: &[i64]) -> TensorProto {
        TensorProto {
            data_type,
            dims: dims.to_vec(),
            ..TensorProto::default()
        }
    }

    #[test]
    fn bytes_and_lists_give_the_same_values() {
        // 1.5 = 0x3fc00000, -2 = 0xc0000000; halves 0x3e00 and 0xc000.
        let float = TensorProto {
            raw_data: vec![0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0].into(),
            ..proto(1, &[2])
        };
        let list = TensorProto {
            float_data: vec![1.5, -2.0],
            ..proto(1, &[2])
        };
        let half = TensorProto {
            raw_data: vec![0, 0x3e, 0, 0xc0].into(),
            ..proto(10, &[2])
        };
        let half_list = TensorProto {
            int32_data: vec![0x3e00, 0xc000],
            ..proto(10, &[2])
        };
        for tensor_proto in [float, list, half, half_list] {
            let values = tensor(&tensor_proto).unwrap();
            assert_eq!(
                values.cast_to::<f32>().unwrap().as_ref(),
                &tensor1(&[1.5f32, -2.0])
            );
        }
        let bytes = TensorProto {
            raw_data: vec![0xff, 2].into(),
            ..proto(3, &[1, 2])
        };
        assert_eq!(tensor(&bytes).unwrap(), tensor2(&[[-1i8, 2]]));
    }

    #[test]
    fn damaged_tensors_have_a_reason() {
        let short = TensorProto {
            raw_data: vec![0, 0, 0xc0].into(),
            ..proto(1, &[1])
        };
        let many = TensorProto {
            int64_data: vec![1, 2, 3],
            ..proto(7, &[2])
        };
        let huge = proto(1, &[i64::MAX, i64::MAX]);
        let negative = proto(1, &[-1]);
        let text = proto(8, &[1]);
        for (damaged, reason) in [
            (short, "3 bytes are no whole number of values"),
            (many, "3 values do not fill [2]"),
            (huge, "0 values do not fill"),
            (negative, "negative sides [-1]"),
            (text, "element type 8 is not supported"),
        ] {
            let error = format!("{:#}", tensor(&damaged).unwrap_err());
            assert!(error.contains(reason), "{error}");
        }
    }
}
