import type { FastifyInstance } from 'fastify'

/** Routes that a feature adds to the one HTTP listener. Called once, before it listens. */
export type HttpRoutes = (app: FastifyInstance) => void | Promise<void>
