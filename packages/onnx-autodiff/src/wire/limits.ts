/** A protobuf varint never has more bytes. */
export const MAX_VARINT_BYTES = 10;

/** Graphs within attributes within graphs: deeper nesting is an attack, not a model. */
export const MAX_DEPTH = 64;

/** A protobuf message, and so a model without external data, is shorter than 2 GiB. */
export const MAX_MESSAGE_BYTES: number = 2 ** 31 - 1;

/** Values of one small constant (shapes, axes, pads, scalars) that the graph code reads into JavaScript. */
export const MAX_CONSTANT_VALUES: number = 2 ** 16;

/** Nodes of local functions, written out wherever they are called: functions that call each other can stand for any number. */
export const MAX_INLINED_NODES: number = 2 ** 16;
