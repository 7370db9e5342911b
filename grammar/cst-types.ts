// Generated from parser.ts by generate-cst-types.ts: the shape of the concrete syntax tree. Do not edit.
import type { CstNode, IToken } from 'chevrotain';

export interface FileCstNode extends CstNode {
  name: 'file';
  children: FileCstChildren;
}

export type FileCstChildren = {
  importDefinition?: ImportDefinitionCstNode[];
  stageDefinition?: StageDefinitionCstNode[];
  pipelineDefinition?: PipelineDefinitionCstNode[];
  profileDefinition?: ProfileDefinitionCstNode[];
  publishedDefinition?: PublishedDefinitionCstNode[];
};

export interface LoneExpressionCstNode extends CstNode {
  name: 'loneExpression';
  children: LoneExpressionCstChildren;
}

export type LoneExpressionCstChildren = {
  expression: ExpressionCstNode[];
};

export interface ImportDefinitionCstNode extends CstNode {
  name: 'importDefinition';
  children: ImportDefinitionCstChildren;
}

export type ImportDefinitionCstChildren = {
  Import: IToken[];
  LeftBrace: IToken[];
  nameList: NameListCstNode[];
  RightBrace: IToken[];
  From: IToken[];
  Text: IToken[];
};

export interface NameListCstNode extends CstNode {
  name: 'nameList';
  children: NameListCstChildren;
}

export type NameListCstChildren = {
  Identifier: IToken[];
  Comma?: IToken[];
};

export interface DimensionVariablesCstNode extends CstNode {
  name: 'dimensionVariables';
  children: DimensionVariablesCstChildren;
}

export type DimensionVariablesCstChildren = {
  dimensionVariable: DimensionVariableCstNode[];
  Comma?: IToken[];
};

export interface DimensionVariableCstNode extends CstNode {
  name: 'dimensionVariable';
  children: DimensionVariableCstChildren;
}

export type DimensionVariableCstChildren = {
  Identifier: IToken[];
  Plus?: IToken[];
};

export interface StageDefinitionCstNode extends CstNode {
  name: 'stageDefinition';
  children: StageDefinitionCstChildren;
}

export type StageDefinitionCstChildren = {
  Stage: IToken[];
  Identifier: IToken[];
  Less?: IToken[];
  dimensionVariables?: DimensionVariablesCstNode[];
  Greater?: IToken[];
  parameters: ParametersCstNode[];
  Arrow: IToken[];
  results: ResultsCstNode[];
  annotation?: AnnotationCstNode[];
  block?: BlockCstNode[];
  implementation?: ImplementationCstNode[];
};

export interface ImplementationCstNode extends CstNode {
  name: 'implementation';
  children: ImplementationCstChildren;
}

export type ImplementationCstChildren = {
  ByCommand?: IToken[];
  ByModule?: IToken[];
  Text: IToken[];
  Reads?: IToken[];
  Comma?: IToken[];
};

export interface PipelineDefinitionCstNode extends CstNode {
  name: 'pipelineDefinition';
  children: PipelineDefinitionCstChildren;
}

export type PipelineDefinitionCstChildren = {
  Pipeline: IToken[];
  Identifier: IToken[];
  parameters: ParametersCstNode[];
  block: BlockCstNode[];
};

export interface ProfileDefinitionCstNode extends CstNode {
  name: 'profileDefinition';
  children: ProfileDefinitionCstChildren;
}

export type ProfileDefinitionCstChildren = {
  Profile: IToken[];
  Identifier: IToken[];
  For: IToken[];
  record: RecordCstNode[];
};

export interface PublishedDefinitionCstNode extends CstNode {
  name: 'publishedDefinition';
  children: PublishedDefinitionCstChildren;
}

export type PublishedDefinitionCstChildren = {
  Published: IToken[];
  Text: IToken[];
  For: IToken[];
  Identifier: IToken[];
  Under?: IToken[];
  targets: TargetsCstNode[];
};

export interface TargetsCstNode extends CstNode {
  name: 'targets';
  children: TargetsCstChildren;
}

export type TargetsCstChildren = {
  LeftBrace: IToken[];
  target?: TargetCstNode[];
  Comma?: IToken[];
  RightBrace: IToken[];
};

export interface TargetCstNode extends CstNode {
  name: 'target';
  children: TargetCstChildren;
}

export type TargetCstChildren = {
  Label: IToken[];
  targetPart?: TargetPartCstNode[];
  Colon: IToken[];
  figure: FigureCstNode[];
  Within?: IToken[];
  NotBelow?: IToken[];
  NotAbove?: IToken[];
};

export interface TargetPartCstNode extends CstNode {
  name: 'targetPart';
  children: TargetPartCstChildren;
}

export type TargetPartCstChildren = {
  Dot?: IToken[];
  Identifier?: IToken[];
  LeftBracket?: IToken[];
  Number?: IToken[];
  Text?: IToken[];
  RightBracket?: IToken[];
};

export interface FigureCstNode extends CstNode {
  name: 'figure';
  children: FigureCstChildren;
}

export type FigureCstChildren = {
  Minus?: IToken[];
  Number: IToken[];
};

export interface ParametersCstNode extends CstNode {
  name: 'parameters';
  children: ParametersCstChildren;
}

export type ParametersCstChildren = {
  LeftParenthesis: IToken[];
  parameter?: ParameterCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface ParameterCstNode extends CstNode {
  name: 'parameter';
  children: ParameterCstChildren;
}

export type ParameterCstChildren = {
  Label: IToken[];
  Colon: IToken[];
  type: TypeCstNode[];
  Equals?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface ResultsCstNode extends CstNode {
  name: 'results';
  children: ResultsCstChildren;
}

export type ResultsCstChildren = {
  LeftBrace: IToken[];
  result: ResultCstNode[];
  Comma?: IToken[];
  RightBrace: IToken[];
};

export interface ResultCstNode extends CstNode {
  name: 'result';
  children: ResultCstChildren;
}

export type ResultCstChildren = {
  Label: IToken[];
  Colon: IToken[];
  type: TypeCstNode[];
};

export interface TypeCstNode extends CstNode {
  name: 'type';
  children: TypeCstChildren;
}

export type TypeCstChildren = {
  listType?: ListTypeCstNode[];
  enumeration?: EnumerationCstNode[];
  stageType?: StageTypeCstNode[];
  namedType?: NamedTypeCstNode[];
  refinement?: RefinementCstNode[];
  Question?: IToken[];
};

export interface ListTypeCstNode extends CstNode {
  name: 'listType';
  children: ListTypeCstChildren;
}

export type ListTypeCstChildren = {
  LeftBracket: IToken[];
  type: TypeCstNode[];
  RightBracket: IToken[];
  Less?: IToken[];
  dimension?: DimensionCstNode[];
  Greater?: IToken[];
};

export interface StageTypeCstNode extends CstNode {
  name: 'stageType';
  children: StageTypeCstChildren;
}

export type StageTypeCstChildren = {
  StageOf: IToken[];
  Less?: IToken[];
  dimensionVariables?: DimensionVariablesCstNode[];
  Greater?: IToken[];
  takes: TakesCstNode[];
  Arrow: IToken[];
  results: ResultsCstNode[];
};

export interface TakesCstNode extends CstNode {
  name: 'takes';
  children: TakesCstChildren;
}

export type TakesCstChildren = {
  LeftParenthesis: IToken[];
  result?: ResultCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface EnumerationCstNode extends CstNode {
  name: 'enumeration';
  children: EnumerationCstChildren;
}

export type EnumerationCstChildren = {
  OneOf: IToken[];
  Text: IToken[];
  Comma?: IToken[];
};

export interface NamedTypeCstNode extends CstNode {
  name: 'namedType';
  children: NamedTypeCstChildren;
}

export type NamedTypeCstChildren = {
  Identifier: IToken[];
  Less?: IToken[];
  dimension?: DimensionCstNode[];
  Comma?: IToken[];
  Greater?: IToken[];
};

export interface DimensionCstNode extends CstNode {
  name: 'dimension';
  children: DimensionCstChildren;
}

export type DimensionCstChildren = {
  dimensionProduct: DimensionProductCstNode[];
  Plus?: IToken[];
  Minus?: IToken[];
};

export interface DimensionProductCstNode extends CstNode {
  name: 'dimensionProduct';
  children: DimensionProductCstChildren;
}

export type DimensionProductCstChildren = {
  dimensionAtom: DimensionAtomCstNode[];
  Times?: IToken[];
  Divide?: IToken[];
};

export interface DimensionAtomCstNode extends CstNode {
  name: 'dimensionAtom';
  children: DimensionAtomCstChildren;
}

export type DimensionAtomCstChildren = {
  Number?: IToken[];
  Identifier?: IToken[];
  LeftParenthesis?: IToken[];
  dimension?: DimensionCstNode[];
  RightParenthesis?: IToken[];
};

export interface RefinementCstNode extends CstNode {
  name: 'refinement';
  children: RefinementCstChildren;
}

export type RefinementCstChildren = {
  In?: IToken[];
  bound?: BoundCstNode[];
  Range?: IToken[];
  Greater?: IToken[];
  AtLeast?: IToken[];
  Less?: IToken[];
  AtMost?: IToken[];
};

export interface BoundCstNode extends CstNode {
  name: 'bound';
  children: BoundCstChildren;
}

export type BoundCstChildren = {
  Minus?: IToken[];
  Number?: IToken[];
  Quantity?: IToken[];
};

export interface BlockCstNode extends CstNode {
  name: 'block';
  children: BlockCstChildren;
}

export type BlockCstChildren = {
  LeftBrace: IToken[];
  statement?: StatementCstNode[];
  RightBrace: IToken[];
};

export interface StatementCstNode extends CstNode {
  name: 'statement';
  children: StatementCstChildren;
}

export type StatementCstChildren = {
  annotation?: AnnotationCstNode[];
  outputStatement?: OutputStatementCstNode[];
  yieldStatement?: YieldStatementCstNode[];
  binding?: BindingCstNode[];
};

export interface BindingCstNode extends CstNode {
  name: 'binding';
  children: BindingCstChildren;
}

export type BindingCstChildren = {
  BindingName: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface OutputStatementCstNode extends CstNode {
  name: 'outputStatement';
  children: OutputStatementCstChildren;
}

export type OutputStatementCstChildren = {
  Output: IToken[];
  Identifier: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface YieldStatementCstNode extends CstNode {
  name: 'yieldStatement';
  children: YieldStatementCstChildren;
}

export type YieldStatementCstChildren = {
  Yield: IToken[];
  expression: ExpressionCstNode[];
};

export interface AnnotationCstNode extends CstNode {
  name: 'annotation';
  children: AnnotationCstChildren;
}

export type AnnotationCstChildren = {
  At: IToken[];
  Identifier: IToken[];
  callArguments?: CallArgumentsCstNode[];
};

export interface CallArgumentsCstNode extends CstNode {
  name: 'callArguments';
  children: CallArgumentsCstChildren;
}

export type CallArgumentsCstChildren = {
  LeftParenthesis: IToken[];
  argument?: ArgumentCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface ArgumentCstNode extends CstNode {
  name: 'argument';
  children: ArgumentCstChildren;
}

export type ArgumentCstChildren = {
  Label?: IToken[];
  Colon?: IToken[];
  expression: ExpressionCstNode[];
};

export interface ExpressionCstNode extends CstNode {
  name: 'expression';
  children: ExpressionCstChildren;
}

export type ExpressionCstChildren = {
  forExpression?: ForExpressionCstNode[];
  operand?: OperandCstNode[];
  Fallback?: IToken[];
  Plus?: IToken[];
  Minus?: IToken[];
  Times?: IToken[];
  Divide?: IToken[];
  Remainder?: IToken[];
};

export interface ForExpressionCstNode extends CstNode {
  name: 'forExpression';
  children: ForExpressionCstChildren;
}

export type ForExpressionCstChildren = {
  For: IToken[];
  Identifier: IToken[];
  In: IToken[];
  expression: ExpressionCstNode[];
  block: BlockCstNode[];
};

export interface OperandCstNode extends CstNode {
  name: 'operand';
  children: OperandCstChildren;
}

export type OperandCstChildren = {
  Minus?: IToken[];
  Quantity?: IToken[];
  Number?: IToken[];
  Text?: IToken[];
  True?: IToken[];
  False?: IToken[];
  None?: IToken[];
  Identifier?: IToken[];
  list?: ListCstNode[];
  record?: RecordCstNode[];
  parenthesised?: ParenthesisedCstNode[];
  suffix?: SuffixCstNode[];
};

export interface SuffixCstNode extends CstNode {
  name: 'suffix';
  children: SuffixCstChildren;
}

export type SuffixCstChildren = {
  Dot?: IToken[];
  Identifier?: IToken[];
  callArguments?: CallArgumentsCstNode[];
  With?: IToken[];
  record?: RecordCstNode[];
  LeftBracket?: IToken[];
  expression?: ExpressionCstNode[];
  RightBracket?: IToken[];
};

export interface ListCstNode extends CstNode {
  name: 'list';
  children: ListCstChildren;
}

export type ListCstChildren = {
  LeftBracket: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  RightBracket: IToken[];
};

export interface RecordCstNode extends CstNode {
  name: 'record';
  children: RecordCstChildren;
}

export type RecordCstChildren = {
  LeftBrace: IToken[];
  field?: FieldCstNode[];
  Comma?: IToken[];
  RightBrace: IToken[];
};

export interface FieldCstNode extends CstNode {
  name: 'field';
  children: FieldCstChildren;
}

export type FieldCstChildren = {
  Label: IToken[];
  Colon: IToken[];
  expression: ExpressionCstNode[];
};

export interface ParenthesisedCstNode extends CstNode {
  name: 'parenthesised';
  children: ParenthesisedCstChildren;
}

export type ParenthesisedCstChildren = {
  LeftParenthesis: IToken[];
  expression: ExpressionCstNode[];
  RightParenthesis: IToken[];
};
