import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

/**
 * The messages of ONNX as its documentation lists them (field = number and type, * repeats), written down apart from src/wire/schema.ts so
 * that protobuf-es, which knows nothing of this project, can be asked what is in a file.
 */
const messages = {
  ModelProto:
    'ir_version=1 int64, producer_name=2 string, producer_version=3 string, domain=4 string, model_version=5 int64, doc_string=6 string, graph=7 GraphProto, opset_import=8 OperatorSetIdProto*, metadata_props=14 StringStringEntryProto*, functions=25 FunctionProto*',
  OperatorSetIdProto: 'domain=1 string, version=2 int64',
  StringStringEntryProto: 'key=1 string, value=2 string',
  GraphProto:
    'node=1 NodeProto*, name=2 string, initializer=5 TensorProto*, doc_string=10 string, input=11 ValueInfoProto*, output=12 ValueInfoProto*, value_info=13 ValueInfoProto*, sparse_initializer=15 SparseTensorProto*, metadata_props=16 StringStringEntryProto*',
  NodeProto:
    'input=1 string*, output=2 string*, name=3 string, op_type=4 string, attribute=5 AttributeProto*, doc_string=6 string, domain=7 string, overload=8 string, metadata_props=9 StringStringEntryProto*',
  AttributeProto:
    'name=1 string, f=2 float, i=3 int64, s=4 bytes, t=5 TensorProto, g=6 GraphProto, floats=7 float*, ints=8 int64*, strings=9 bytes*, tensors=10 TensorProto*, graphs=11 GraphProto*, doc_string=13 string, type=20 int32, ref_attr_name=21 string',
  TensorProto:
    'dims=1 int64*, data_type=2 int32, float_data=4 float*, int32_data=5 int32*, string_data=6 bytes*, int64_data=7 int64*, name=8 string, raw_data=9 bytes, double_data=10 double*, uint64_data=11 uint64*, doc_string=12 string, external_data=13 StringStringEntryProto*, data_location=14 int32',
  SparseTensorProto: 'values=1 TensorProto, indices=2 TensorProto, dims=3 int64*',
  ValueInfoProto: 'name=1 string, type=2 TypeProto, doc_string=3 string',
  TypeProto:
    'tensor_type=1 TypeProto_Tensor, sequence_type=4 TypeProto_Sequence, map_type=5 TypeProto_Map, denotation=6 string, optional_type=9 TypeProto_Optional',
  TypeProto_Tensor: 'elem_type=1 int32, shape=2 TensorShapeProto',
  TypeProto_Sequence: 'elem_type=1 TypeProto',
  TypeProto_Map: 'key_type=1 int32, value_type=2 TypeProto',
  TypeProto_Optional: 'elem_type=1 TypeProto',
  TensorShapeProto: 'dim=1 TensorShapeProto_Dimension*',
  TensorShapeProto_Dimension: 'dim_value=1 int64, dim_param=2 string, denotation=3 string',
  FunctionProto:
    'name=1 string, input=4 string*, output=5 string*, attribute=6 string*, node=7 NodeProto*, doc_string=8 string, opset_import=9 OperatorSetIdProto*, domain=10 string, attribute_proto=11 AttributeProto*, value_info=12 ValueInfoProto*, overload=13 string',
} as const;

export type OnnxMessage = keyof typeof messages;

const scalars: Readonly<Record<string, Type>> = {
  int64: Type.INT64,
  uint64: Type.UINT64,
  int32: Type.INT32,
  float: Type.FLOAT,
  double: Type.DOUBLE,
  string: Type.STRING,
  bytes: Type.BYTES,
};

function fieldOf(text: string, isPacked: boolean): FieldDescriptorProto {
  const [, name = '', number = '', type = '', star] = /^(\w+)=(\d+) (\w+)(\*?)$/.exec(text) ?? [];
  const scalar = scalars[type];
  const isNumber = scalar !== undefined && type !== 'string' && type !== 'bytes';
  return create(FieldDescriptorProtoSchema, {
    name,
    jsonName: name,
    number: Number(number),
    label: star ? Label.REPEATED : Label.OPTIONAL,
    ...(scalar === undefined ? { type: Type.MESSAGE, typeName: `.onnx.${type}` } : { type: scalar }),
    ...(star && isNumber ? { options: create(FieldOptionsSchema, { packed: isPacked }) } : {}),
  });
}

/** protobuf-es's view of the messages; proto2 files repeat the tag of numbers, proto3 files pack them. */
export function onnxMessages(isPacked: boolean): (name: OnnxMessage) => DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto2',
    messageType: Object.entries(messages).map(([name, fields]) => ({
      name,
      field: fields.split(', ').map((field) => fieldOf(field, isPacked)),
    })),
  });
  const registry = createFileRegistry(file, () => undefined);
  return (name) => {
    const found = registry.getMessage(`onnx.${name}`);
    if (!found) throw new Error(`no message ${name}`);
    return found;
  };
}
