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

    /// Adds weights and returns the name of their float32 values; those that are not stored so are
    /// cast by a node.
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

/// The values of a constant, if it is of a type that weights are stored as.
pub(super) fn values(tensor: &TensorProto) -> Option<Vec<f32>> {
    let raw = tensor.raw_data.as_ref()?;
    let data_type = tensor.data_type();
    if data_type == DataType::Float as i32 {
        Some(
            raw.chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
        )
    } else if data_type == DataType::Float16 as i32 {
        Some(
            raw.chunks_exact(2)
                .map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32())
                .collect(),
        )
    } else {
        None
    }
}
