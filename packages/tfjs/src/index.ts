export * from '@gradcam/core';
