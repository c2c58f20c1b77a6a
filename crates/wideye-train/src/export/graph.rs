//! Building an ONNX graph; values are referred to by name.

use half::f16;

use super::proto::attribute_proto::AttributeType;
use super::proto::tensor_proto::DataType;
use super::proto::tensor_shape_proto::{Dimension, dimension};
use super::proto::{
    AttributeProto, GraphProto, NodeProto, TensorProto, TensorShapeProto, TypeProto,
    ValueInfoProto, type_proto,
};

use crate::export::WeightType;

/// A graph under construction.
#[derive(Debug)]
pub(super) struct Graph {
    proto: GraphProto,
    weights: WeightType,
}

impl Graph {
    /// An empty graph whose weights will be stored as `weights`.
    pub fn new(name: &str, weights: WeightType) -> Self {
        Self {
            proto: GraphProto {
                name: Some(name.into()),
                ..GraphProto::default()
            },
            weights,
        }
    }

    /// Declares an input of float32 and returns its name; a dimension of `None` is the batch.
    pub fn input(&mut self, name: &str, shape: &[Option<i64>]) -> String {
        self.proto.input.push(value_info(name, shape));
        name.into()
    }

    /// Declares an output of float32 and returns its name; a dimension of `None` is the batch.
    pub fn output(&mut self, name: &str, shape: &[Option<i64>]) -> String {
        self.proto.output.push(value_info(name, shape));
        name.into()
    }

    /// Adds a float32 constant and returns its name.
    pub fn constant(&mut self, name: &str, shape: &[i64], values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.initializer(name, shape, DataType::Float, bytes);
        name.into()
    }

    /// Adds weights, `[outputs, ...]`, and returns the name of their float32 values; a node makes
    /// them of those that are not stored so.
    pub fn weights(&mut self, name: &str, shape: &[i64], values: &[f32]) -> String {
        match self.weights {
            WeightType::Float32 => self.constant(name, shape, values),
            WeightType::Float16 => {
                let bytes = values
                    .iter()
                    .flat_map(|&v| f16::from_f32(v).to_le_bytes())
                    .collect();
                self.initializer(name, shape, DataType::Float16, bytes);
                let to_float = vec![integer("to", i64::from(DataType::Float as i32))];
                self.node("Cast", &format!("{name}.float32"), &[name], to_float)
            }
            WeightType::Int8 => {
                let (steps, scales) = quantised(shape[0], values);
                let bytes = steps.into_iter().map(|step| step as u8).collect();
                self.initializer(name, shape, DataType::Int8, bytes);
                let scales = self.constant(&scale_of(name), &[shape[0]], &scales);
                let axis = vec![integer("axis", 0)];
                let inputs = [name, &scales];
                self.node(
                    "DequantizeLinear",
                    &format!("{name}.float32"),
                    &inputs,
                    axis,
                )
            }
        }
    }

    fn initializer(&mut self, name: &str, shape: &[i64], data_type: DataType, bytes: Vec<u8>) {
        self.proto.initializer.push(TensorProto {
            name: Some(name.into()),
            dims: shape.to_vec(),
            data_type: Some(data_type.into()),
            raw_data: Some(bytes),
            ..TensorProto::default()
        });
    }

    /// Adds a node and returns the name of its result, which is the node's.
    pub fn node(
        &mut self,
        operator: &str,
        name: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) -> String {
        self.node_to(operator, inputs, name, attributes);
        name.into()
    }

    /// Adds a node whose result is `output`.
    pub fn node_to(
        &mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attributes: Vec<AttributeProto>,
    ) {
        self.proto.node.push(NodeProto {
            name: Some(output.into()),
            op_type: Some(operator.into()),
            input: inputs.iter().map(|&i| i.into()).collect(),
            output: vec![output.into()],
            attribute: attributes,
            ..NodeProto::default()
        });
    }

    pub fn finish(self) -> GraphProto {
        self.proto
    }
}

/// Weights in whole steps from -127 to 127, and the step of each output, so that its largest
/// weight is 127 of them.
fn quantised(outputs: i64, values: &[f32]) -> (Vec<i8>, Vec<f32>) {
    let mut steps = Vec::with_capacity(values.len());
    let mut scales = Vec::new();
    for values in values.chunks_exact(values.len() / outputs as usize) {
        let largest = values
            .iter()
            .fold(0.0, |max: f32, value| max.max(value.abs()));
        // Any step does for weights that are all zero; it may not be zero itself.
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        scales.push(scale);
        steps.extend(values.iter().map(|value| (value / scale).round() as i8));
    }
    (steps, scales)
}

fn scale_of(name: &str) -> String {
    format!("{name}.scale")
}

fn value_info(name: &str, shape: &[Option<i64>]) -> ValueInfoProto {
    let dim = shape
        .iter()
        .map(|size| {
            let value = match size {
                Some(size) => dimension::Value::DimValue(*size),
                None => dimension::Value::DimParam("N".into()),
            };
            Dimension {
                value: Some(value),
                ..Dimension::default()
            }
        })
        .collect();
    let tensor = type_proto::Tensor {
        elem_type: Some(DataType::Float.into()),
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: Some(name.into()),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(tensor)),
            ..TypeProto::default()
        }),
        ..ValueInfoProto::default()
    }
}

/// An attribute that holds integers.
pub(super) fn integers(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        r#type: Some(AttributeType::Ints.into()),
        ints: values.to_vec(),
        ..AttributeProto::default()
    }
}

/// An attribute that holds an integer.
fn integer(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        r#type: Some(AttributeType::Int.into()),
        i: Some(value),
        ..AttributeProto::default()
    }
}

/// An attribute that holds a number.
pub(super) fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        r#type: Some(AttributeType::Float.into()),
        f: Some(value),
        ..AttributeProto::default()
    }
}

/// The float32 values of weights, if there are some of this name in a type that they are stored as.
pub(super) fn weights<'a>(
    initializers: &'a [TensorProto],
    name: &str,
) -> Option<(&'a [i64], Vec<f32>)> {
    let find = |name: &str| initializers.iter().find(|tensor| tensor.name() == name);
    let tensor = find(name)?;
    let raw = tensor.raw_data.as_ref()?;
    let data_type = DataType::try_from(tensor.data_type()).ok()?;
    let values = match data_type {
        DataType::Float => floats(raw),
        DataType::Float16 => raw
            .chunks_exact(2)
            .map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32())
            .collect(),
        DataType::Int8 => {
            let scales = floats(find(&scale_of(name))?.raw_data.as_ref()?);
            let output_len = raw.len().checked_div(scales.len()).filter(|&len| len > 0)?;
            raw.chunks_exact(output_len)
                .zip(scales)
                .flat_map(|(steps, scale)| {
                    steps.iter().map(move |&step| f32::from(step as i8) * scale)
                })
                .collect()
        }
        _ => return None,
    };
    Some((&tensor.dims, values))
}

fn floats(raw: &[u8]) -> Vec<f32> {
    raw.chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn int8_weights_are_whole_steps_of_each_outputs_largest() {
        let values = [0.5, -1.27, 0.004, 0.0, 0.0, 0.0, 12.7, 0.26, -6.35];
        let (steps, scales) = quantised(3, &values);
        // 1.27 / 127 = 0.01, so that 0.004 is no step; 12.7 / 127 = 0.1, and 63.5 rounds away from 0
        assert_eq!(steps, [50, -127, 0, 0, 0, 0, 127, 3, -64]);
        for (scale, expected) in scales.iter().zip([0.01, 1.0, 0.1]) {
            assert!((scale - expected).abs() < 1e-7, "{scales:?}");
        }
    }

    #[test]
    fn weights_are_read_back() {
        let values = [0.5, -1.27, 0.26, 0.0, 0.125, 1.0];
        for (stored, tolerance) in [
            (WeightType::Float32, 0.0),
            (WeightType::Float16, 1.27 / 2048.0),
            (WeightType::Int8, 1.27 / 127.0 / 2.0),
        ] {
            let mut graph = Graph::new("test", stored);
            graph.weights("w", &[2, 3, 1, 1], &values);
            let (dims, read) = weights(&graph.finish().initializer, "w")
                .map(|(dims, read)| (dims.to_vec(), read))
                .unwrap();
            assert_eq!(dims, [2, 3, 1, 1]);
            for (read, value) in read.iter().zip(values) {
                assert!(
                    (read - value).abs() <= tolerance,
                    "{stored:?}: {read} for {value}"
                );
            }
        }
        assert!(weights(&[], "w").is_none());
    }
}
