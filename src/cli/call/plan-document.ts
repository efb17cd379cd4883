import { planDocumentOf, readOrganizationFile } from '../../configuration/index.ts';
import { AppError, type FieldProblem } from '../../core/errors.ts';
import { type PlanDocument, validate } from '../../routing/index.ts';

/** The parts of a configuration that a call needs. */
export interface CallConfig {
  readonly document: PlanDocument;
  readonly domain: string;
  readonly requestsApiKey: string | undefined;
  readonly warnings: readonly FieldProblem[];
}

/** Reads the voice part of a configuration file. Throws AppError with every problem there is, by line. */
export function loadPlanDocument(text: string): CallConfig {
  const read = readOrganizationFile(text);
  if (!read.ok) throw invalid(read.problems);
  const { organization, cloudonix } = read.value;
  const document = planDocumentOf(read.value);
  return {
    document,
    domain: cloudonix?.domain ?? `${organization.slug}.cloudonix.net`,
    requestsApiKey: cloudonix?.requestsApiKey,
    warnings: validate(document).filter(({ severity }) => severity === 'warning'),
  };
}

function invalid(problems: readonly FieldProblem[]): AppError {
  return new AppError({ code: 'config.invalid', kind: 'invalid', detail: 'the configuration has problems', problems });
}
