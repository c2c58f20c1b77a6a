//! Building an ONNX graph; values are referred to by name.

use super::proto::attribute_proto::AttributeType;
use super::proto::tensor_proto::DataType;
use super::proto::tensor_shape_proto::{Dimension, dimension};
use super::proto::{
    AttributeProto, GraphProto, NodeProto, TensorProto, TensorShapeProto, TypeProto,
    ValueInfoProto, type_proto,
};

/// A graph under construction.
#[derive(Debug)]
pub(super) struct Graph {
    proto: GraphProto,
}

impl Graph {
    pub fn new(name: &str) -> Self {
        Self {
            proto: GraphProto {
                name: Some(name.into()),
                ..GraphProto::default()
            },
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

    /// Adds a constant and returns its name.
    pub fn constant(&mut self, name: &str, shape: &[i64], values: Vec<f32>) -> String {
        self.proto.initializer.push(TensorProto {
            name: Some(name.into()),
            dims: shape.to_vec(),
            data_type: Some(DataType::Float.into()),
            raw_data: Some(values.into_iter().flat_map(f32::to_le_bytes).collect()),
            ..TensorProto::default()
        });
        name.into()
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

/// An attribute that holds a number.
pub(super) fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        r#type: Some(AttributeType::Float.into()),
        f: Some(value),
        ..AttributeProto::default()
    }
}

/// The values of a float32 constant.
pub(super) fn values(tensor: &TensorProto) -> Option<Vec<f32>> {
    let raw = tensor
        .raw_data
        .as_ref()
        .filter(|_| tensor.data_type() == i32::from(DataType::Float))?;
    Some(
        raw.chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect(),
    )
}
