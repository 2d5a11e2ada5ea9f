export * from './grad-cam.ts';
