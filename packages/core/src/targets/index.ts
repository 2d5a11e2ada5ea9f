export * from './class.ts';
