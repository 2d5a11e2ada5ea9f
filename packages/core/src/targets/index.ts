export * from './class.ts';
export * from './contrast.ts';
