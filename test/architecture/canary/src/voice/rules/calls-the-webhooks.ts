// breaks: rules-take-types-only
import '../../webhooks/index.ts';
