// breaks: edge-stays-light
import './webhooks/app.ts';
